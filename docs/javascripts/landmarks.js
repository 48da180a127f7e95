/* Names the theme's navigation landmarks apart, for people who hear the page: several have one name, or none. */
const nameApart = () => {
  const seen = new Map();
  for (const nav of document.querySelectorAll("nav:not([aria-labelledby])")) {
    const name = nav.dataset.name ?? nav.getAttribute("aria-label") ?? "Code";
    nav.dataset.name = name;
    seen.set(name, (seen.get(name) ?? 0) + 1);
    const unique = seen.get(name) === 1 ? name : `${name} ${seen.get(name)}`;
    if (nav.getAttribute("aria-label") !== unique) nav.setAttribute("aria-label", unique);
  }
};
nameApart();
new MutationObserver(nameApart).observe(document.body, { childList: true, subtree: true });
