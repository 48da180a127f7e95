"use strict";
// What the server says goes into the page as text, never as markup. The key stays in this page's memory.
const at = (id) => document.getElementById(id);

function made(tag, text, children = []) {
  const one = document.createElement(tag);
  if (text !== null) one.textContent = text;
  one.append(...children);
  return one;
}

function table(caption, names, rows) {
  const head = made("tr", null, names.map((name) => made("th", name)));
  const body = rows.map((row) => made("tr", null, row.map((cell, i) => made(i ? "td" : "th", cell))));
  return made("table", null, [made("caption", caption), made("thead", null, [head]), made("tbody", null, body)]);
}

async function ask(path, body) {
  const headers = { Authorization: "Bearer " + at("key").value.trim(), "Content-Type": "application/json" };
  const request = body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) };
  const reply = await fetch(path, request);
  const said = await reply.json().catch(() => null);
  if (reply.ok) return said;
  const words = said && (said.error?.message ?? said.error ?? said.detail);
  throw new Error(typeof words === "string" ? words : "the server answered with status " + reply.status);
}

function showFailure(place, error) {
  const line = made("p", error.message);
  line.className = "failed";
  place.replaceChildren(line);
}

async function showRewards() {
  const { rewards } = await ask("v1/rewards");
  const parts = (weights) => Object.entries(weights).map(([name, weight]) => name + " " + weight).join(", ");
  const rows = rewards.map((one) => [one.name, parts(one.weights), one.needs_reference ? "yes" : "no"]);
  const shown = table("Rewards", ["name", "weights", "needs a reference"], rows);
  at("rewards").replaceChildren(rewards.length ? shown : made("p", "No reward is served by name."));
  at("reward").replaceChildren(...rewards.map((one) => made("option", one.name)));
}

async function showJobs() {
  let jobs;
  try {
    jobs = (await ask("v1/flow/fine-tunes")).data;
  } catch {
    at("job-list").replaceChildren(made("p", "This server runs no fine-tuning jobs."));
    return;
  }
  const rows = jobs.map((job) => [String(job.id), String(job.status), String(job.model ?? ""), String(job.created_at ?? "")]);
  const shown = table("Jobs", ["id", "status", "model", "created"], rows);
  at("job-list").replaceChildren(jobs.length ? shown : made("p", "There are no jobs."));
}

async function showRuns() {
  const { runs } = await ask("watch");
  const links = runs.map((name) => {
    const link = made("a", name);
    link.href = "watch/" + encodeURIComponent(name);
    return made("li", null, [link]);
  });
  at("run-list").replaceChildren(runs.length ? made("ul", null, links) : made("p", "No watched run is shown here."));
}

function showExplanation(told) {
  const number = (value) => (value === null ? "unscored" : String(value));
  const sum = made("p", "Reward: " + number(told.reward));
  sum.className = "outcome";
  const rows = told.components.map((one) => [one.name, String(one.weight), number(one.score), one.outcome + ": " + one.meaning]);
  const parts = table("Components", ["component", "weight", "score", "why"], rows);
  const whole = made("details", null, [made("summary", "All that was read and compared"), made("pre", JSON.stringify(told, null, 2))]);
  at("result").replaceChildren(sum, made("p", told.sum), parts, whole);
}

async function showAll() {
  try {
    await showRewards();
    await showJobs();
    await showRuns();
  } catch (error) {
    showFailure(at("rewards"), error);
  }
}

async function tryIt() {
  const body = { completions: [at("completion").value], explain: true };
  if (at("reward").value) body.reward = at("reward").value;
  if (at("reference").value) body.reference_answer = [at("reference").value];
  if (at("prompt").value) body.prompts = [at("prompt").value];
  try {
    showExplanation((await ask("v1/score", body)).explanations[0]);
  } catch (error) {
    showFailure(at("result"), error);
  }
}

at("open").addEventListener("click", showAll);
at("try-form").addEventListener("submit", (event) => {
  event.preventDefault();
  tryIt();
});
if (location.search === "?example") showAll().then(tryIt); // where no key is needed, or to see what is said without one
