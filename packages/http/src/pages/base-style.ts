/** The style that all pages share. A test checks the contrast of each text colour. */
export const baseStyle = `:root {
  color-scheme: light dark;
  --ground: #f6f6f3;
  --surface: #ffffff;
  --ink: #1f262b;
  --quiet: #5a646c;
  --line: #dddfe0;
  --accent: #376f95;
  --good: #1d6843;
  --good-ground: #e2f1e8;
  --warn: #774a00;
  --warn-ground: #fcf0d6;
  --bad: #9d2323;
  --bad-ground: #fae8e6;
  --now: #24587c;
  --now-ground: #e3eef6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #15191c;
    --surface: #1d2327;
    --ink: #e6eaec;
    --quiet: #a5b0b7;
    --line: #353d43;
    --accent: #79b2d8;
    --good: #83d2a7;
    --good-ground: #173526;
    --warn: #efc172;
    --warn-ground: #3a2d12;
    --bad: #f3a099;
    --bad-ground: #43201e;
    --now: #9cc9e8;
    --now-ground: #1b3344;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto;
  max-width: 60rem;
  padding: 2.5rem 1.25rem 3rem;
  background: var(--ground);
  color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif;
  font-variant-numeric: tabular-nums;
}
h1 { margin: 0; font-size: 1.75rem; font-weight: 600; line-height: 1.25; overflow-wrap: anywhere; }
h2 { margin: 0 0 0.75rem; font-size: 1.0625rem; font-weight: 600; }
h3 { margin: 0.75rem 0 0.25rem; font-size: 1rem; font-weight: 600; }
p { margin: 0.5rem 0; }
a { color: var(--now); }
a:focus-visible, summary:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible, [tabindex]:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 3px; }
.kind { margin: 0 0 0.125rem; color: var(--quiet); font-size: 0.875rem; letter-spacing: 0.02em; }
.quiet { color: var(--quiet); }
header { margin-bottom: 1.75rem; }
.top { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 1.25rem; margin-bottom: 1.5rem; }
.top ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 0; padding: 0; list-style: none; }
.top nav { flex: 1; }
.top .kind { margin: 0; }
[aria-current='page'] { font-weight: 600; text-decoration: none; }
form { margin: 0; }
input, select, button { max-width: 100%; padding: 0.375rem 0.75rem; border: 1px solid var(--quiet); border-radius: 0.375rem; background: var(--surface); color: var(--ink); font: inherit; }
input[type='checkbox'] { padding: 0; }
button { border-color: var(--now); background: var(--now-ground); color: var(--now); font-weight: 600; cursor: pointer; }
section { margin-bottom: 1.25rem; padding: 1.25rem 1.5rem; background: var(--surface); border: 1px solid var(--line); border-radius: 0.625rem; }
.notice { border-left: 0.3125rem solid var(--bad); }
.notice h2 { color: var(--bad); }
.message { overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 0.5rem 1rem 0.5rem 0; text-align: left; vertical-align: baseline; border-top: 1px solid var(--line); overflow-wrap: break-word; }
small { display: block; color: var(--quiet); font-size: 0.8125rem; }
details small { font-size: inherit; }
thead th { border-top: 0; padding-top: 0; color: var(--quiet); font-weight: 400; font-size: 0.875rem; }
tbody th { font-weight: 600; }
details { margin-top: 1rem; }
details table { margin-top: 0.75rem; font-size: 0.875rem; }
details tbody th { font-weight: 400; }
summary { cursor: pointer; color: var(--now); }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 0.625rem 1.5rem; margin: 0; }
.facts dt { color: var(--quiet); font-size: 0.875rem; }
.facts dd { margin: 0; overflow-wrap: anywhere; }
footer { color: var(--quiet); font-size: 0.875rem; }
@media (max-width: 40rem) {
  body { padding: 1.5rem 0.75rem 2rem; }
  .top { justify-content: space-between; }
  .top nav { order: 1; flex-basis: 100%; }
  h1 { font-size: 1.375rem; }
  section { padding: 1rem; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody, tr, th, td { display: block; }
  tr { padding: 0.625rem 0; border-top: 1px solid var(--line); }
  tr:first-child { border-top: 0; padding-top: 0; }
  tbody th, td { padding: 0.125rem 0; border: 0; overflow-wrap: anywhere; }
  tbody th { font-weight: 600; }
  td { position: relative; padding-left: 8rem; }
  td::before { content: attr(data-label); position: absolute; left: 0; color: var(--quiet); }
  .facts { grid-template-columns: minmax(0, 1fr); }
}
`
