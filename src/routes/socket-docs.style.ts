/** The stylesheet of /socket-docs. */
export const STYLE = `:root {
  color-scheme: light dark;
  --line: light-dark(#d9dde3, #3a4049);
  --soft: light-dark(#f3f5f8, #22262c);
  --quiet: light-dark(#57606a, #9aa4b0);
  --link: light-dark(#0a58ca, #7cb2ff);
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body {
  display: grid;
  grid-template-columns: 15rem minmax(0, 54rem);
  gap: 3rem;
  margin: 0;
  font: 16px/1.55 system-ui, sans-serif;
}
nav {
  position: sticky;
  top: 0;
  height: 100vh;
  overflow-y: auto;
  padding: 1.5rem;
  border-right: 1px solid var(--line);
  background: var(--soft);
  font-size: 0.875rem;
}
nav h2 { margin: 1rem 0 0.25rem; font-size: 0.8rem; color: var(--quiet); }
nav ul { margin: 0; padding: 0; list-style: none; }
main { padding: 1.5rem 1.5rem 6rem 0; }
h1 { margin: 0 0 0.5rem; }
h2 { margin: 2.5rem 0 0.75rem; }
h3 { margin: 0; font-size: 1.1rem; }
h3 code { font-weight: 700; font-size: 1em; }
h4 { margin: 1rem 0 0.25rem; font-size: 0.9rem; color: var(--quiet); }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
.links a { margin-right: 1.5rem; }
code { font: 0.875em/1.5 ui-monospace, 'DejaVu Sans Mono', monospace; white-space: pre-wrap; }
pre { padding: 1rem; overflow-x: auto; border-radius: 6px; background: var(--soft); }
article { margin: 1rem 0; padding: 1rem 1.25rem; border: 1px solid var(--line); border-radius: 8px; }
article:target { border-color: var(--link); }
article p { margin: 0.35rem 0; }
table { width: 100%; margin-top: 0.5rem; border-collapse: collapse; }
th, td {
  padding: 0.35rem 1rem 0.35rem 0;
  border-top: 1px solid var(--line);
  text-align: left;
  vertical-align: top;
  overflow-wrap: anywhere;
}
th { width: 28%; font-weight: 600; }
td:nth-child(2) { width: 30%; }
td:last-child { color: var(--quiet); font-size: 0.9rem; }
@media (max-width: 52rem) {
  body { display: block; }
  nav { position: static; height: auto; border-right: 0; }
  main { padding: 1.5rem; }
}
`;
