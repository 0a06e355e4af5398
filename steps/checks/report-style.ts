/** The page's one style sheet: read at night on a phone, by day on a desk, on paper in the review. Nothing is loaded from anywhere. */
export const reportStyle = `
:root { color-scheme: light dark;
  --ground: #f7f6f3; --sheet: #fff; --ink: #1d2129; --soft: #5b6472; --line: #e2e0da; --code: #f2f1ed;
  --good: #19703f; --good-ground: #e4f3ea; --bad: #ab1f1f; --bad-ground: #fbe7e5; --mark: #8a5a00; --mark-ground: #fbf0d9;
  --c1: #c2410c; --c2: #b7791f; --c3: #5b7083; --c4: #2f6f9f; --c5: #2b7a4b; }
@media (prefers-color-scheme: dark) { :root {
  --ground: #14171c; --sheet: #1b1f26; --ink: #e4e6ea; --soft: #9aa4b2; --line: #2e343e; --code: #12151a;
  --good: #7fd3a0; --good-ground: #17301f; --bad: #ff9d94; --bad-ground: #3a1a19; --mark: #f0c36d; --mark-ground: #35290f;
  --c1: #e2703a; --c2: #d9a441; --c3: #8a9bb0; --c4: #62a3d6; --c5: #5fbf8a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere; }
main { max-width: 52rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
header { border-left: .35rem solid var(--good); padding: .2rem 0 .2rem 1rem; margin-bottom: 1.5rem; }
header.act { border-color: var(--bad); }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .5rem 0; font-weight: 650; text-wrap: balance; }
h2 { font-size: .8rem; letter-spacing: .07em; text-transform: uppercase; color: var(--soft); margin: 0 0 .7rem; font-weight: 650; }
h3 { font-size: 1rem; margin: 1.2rem 0 .4rem; }
p { margin: .5rem 0; }
a { color: inherit; text-underline-offset: .2em; }
.lead { font-size: 1.1rem; margin: .3rem 0; }
.soft { color: var(--soft); }
.small { font-size: .88rem; }
.pill { display: inline-block; padding: .1rem .65rem; border-radius: 1rem; font-size: .85rem; font-weight: 600; color: var(--mark); background: var(--mark-ground); }
.pill.good { color: var(--good); background: var(--good-ground); }
.pill.bad { color: var(--bad); background: var(--bad-ground); }
section { background: var(--sheet); border: 1px solid var(--line); border-radius: .7rem; padding: 1rem 1.1rem; margin: 0 0 1rem; }
section > :last-child { margin-bottom: 0; }
code, pre { font: .84rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
code { background: var(--code); padding: .08em .3em; border-radius: .25em; }
pre { background: var(--code); border: 1px solid var(--line); border-radius: .5rem; padding: .65rem .8rem; margin: .5rem 0; overflow-x: auto; white-space: pre-wrap; }
pre code { background: none; padding: 0; }
ol, ul { margin: .5rem 0; padding-left: 1.4rem; }
li { margin: .35rem 0; }
.lines { list-style: none; padding: 0; margin: 0; }
.lines li { border-top: 1px solid var(--line); padding: .45rem 0; margin: 0; }
.lines li:first-child { border-top: 0; padding-top: 0; }
.lines li.on { border-top: 0; padding-top: 0; margin-top: -.35rem; }
.lines .from { display: block; font-size: .78rem; color: var(--soft); }
.lines code { background: none; padding: 0; white-space: pre-wrap; }
.bar { display: flex; gap: 2px; height: .9rem; margin: .2rem 0 .6rem; border-radius: .3rem; overflow: hidden; }
.bar i { flex: 0 1 auto; min-width: .5rem; }
.seen { background: var(--c1); } .sealed { background: var(--c2); } .decided { background: var(--c3); } .rolled-back { background: var(--c4); } .proven { background: var(--c5); }
.key { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; list-style: none; padding: 0; margin: 0 0 .8rem; font-size: .88rem; }
.key li { margin: 0; }
.key i { display: inline-block; width: .65rem; height: .65rem; border-radius: .15rem; margin-right: .4rem; }
.moments { display: grid; grid-template-columns: auto auto 1fr; gap: .3rem 1rem; margin: 0; }
.moments > * { margin: 0; }
.moments dt { font-weight: 600; }
.moments time { color: var(--soft); font-variant-numeric: tabular-nums; white-space: nowrap; }
.figures { display: flex; flex-wrap: wrap; gap: .3rem 2rem; margin: .7rem 0 0; padding: 0; list-style: none; }
.figures b { display: block; font-size: 1.25rem; font-variant-numeric: tabular-nums; }
.figures span { font-size: .82rem; color: var(--soft); }
.next { border: 2px solid var(--ink); }
.next pre { font-size: 1rem; padding: .9rem; }
.next code { font-size: .98rem; }
@media (max-width: 34rem) { main { padding: 1rem .7rem 3rem; } h1 { font-size: 1.35rem; } section { padding: .85rem .8rem; }
  .moments { grid-template-columns: auto 1fr; } .moments .note { grid-column: 1 / -1; margin-bottom: .5rem; } .moments time { text-align: right; } }
@media print { :root { color-scheme: light; --ground: #fff; --sheet: #fff; --ink: #000; --soft: #444; --line: #bbb; --code: #f5f5f5; }
  body { font-size: 11pt; } main { max-width: none; padding: 0; } section { break-inside: avoid-page; border-radius: 0; }
  .bar i, .key i, .pill { print-color-adjust: exact; -webkit-print-color-adjust: exact; } .jump { display: none; } }
`;
