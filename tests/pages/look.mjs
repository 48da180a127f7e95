/* Looks at pages in Chromium, light and dark, at 1400 and 420 pixels: pictures, axe-core, sideways scrolling, requests
   that leave the machine. By hand, outside of the tests, since it needs packages of npm:

     mkdir /tmp/look && cd /tmp/look && npm i axe-core playwright-core
     node .../tests/pages/look.mjs report.html audit.html compare.html http://127.0.0.1:8000/outcomes/

   It prints a line a view, writes the pictures here, and ends with code 1 where anything was found. */
import { createRequire } from "module";
import { readFileSync } from "fs";
import path from "path";

const from = createRequire(path.resolve("package.json"));
const { chromium } = from("playwright-core");
const axe = readFileSync(from.resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });

async function look(target, colorScheme, width) {
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 1000 }, bypassCSP: true });
  const page = await context.newPage();
  const outside = [], errors = [];
  page.on("request", (one) => /^(file:|data:|blob:|http:\/\/127\.0\.0\.1)/.test(one.url()) || outside.push(one.url()));
  page.on("console", (one) => one.type() === "error" && errors.push(one.text()));
  await page.goto(target.startsWith("http") ? target : `file://${path.resolve(target)}`);
  await page.waitForTimeout(400);
  const name = `${target.replace(/^http:\/\/[^/]*|\.html$/g, "").replace(/\W+/g, "_")}_${width}_${colorScheme}`;
  await page.screenshot({ path: `${name}.png`, fullPage: true });
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
  console.log(name, "wider by", wider, "| requests elsewhere", outside.length, "| console", errors.length, "| axe", violations.length);
  for (const one of violations) console.log("   ", one.id, one.nodes.length, one.nodes[0].html.slice(0, 160));
  await context.close();
  return wider || outside.length || errors.length || violations.length;
}

let found = 0;
for (const target of process.argv.slice(2))
  for (const scheme of ["light", "dark"]) for (const width of [1400, 420]) found += (await look(target, scheme, width)) ? 1 : 0;
await browser.close();
process.exit(found ? 1 : 0);
