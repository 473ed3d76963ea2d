import { baseStyle } from './base-style.js'

/** The style of all pages but the status page. */
export const pagesStyle = `${baseStyle}.wide { max-width: 90rem; }
main > h1 { margin-bottom: 1rem; }
main > .kind { font-size: 0.9375rem; }
.fields { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 18rem), 1fr)); gap: 0 1.5rem; }
dt small { display: inline; margin-left: 0.375rem; }
time { white-space: nowrap; }
label { display: inline-block; }
.field { display: block; margin: 0.75rem 0; }
.field > input, .field > select { display: block; width: 100%; max-width: 36rem; margin-top: 0.25rem; }
fieldset { margin: 0.75rem 0; padding: 0; border: 0; }
legend { padding: 0; color: var(--quiet); font-size: 0.875rem; }
.filter { display: flex; flex-wrap: wrap; gap: 0.375rem 0.75rem; margin: 0.375rem 0; }
.choices { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: 0.25rem 1rem; margin: 0; padding: 0; list-style: none; }
.choices label, .facts dd { overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
.scroll table { font-size: 0.875rem; }
.scroll td, .scroll tbody th { min-width: 7rem; max-width: 24rem; overflow-wrap: anywhere; }
.scroll .email { min-width: 14rem; }
.scroll .phone { min-width: 9rem; }
.scroll .integer, .scroll .number, .scroll .decimal { text-align: right; }
.scroll small { font-weight: 400; white-space: nowrap; }
.scroll thead th { white-space: nowrap; }
.actions { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 1.25rem; margin: 1rem 0 0; }
.long { max-height: 20rem; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
pre { margin: 0.75rem 0 0; max-height: 40rem; overflow: auto; font-size: 0.8125rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.links { margin: 0; padding: 0; list-style: none; }
.links li { margin-bottom: 0.25rem; overflow-wrap: anywhere; }
.time-line { margin: 0; padding: 0 0 0 1rem; border-left: 2px solid var(--line); list-style: none; }
.time-line > li { margin-bottom: 1rem; overflow-wrap: anywhere; }
.time-line ul { margin: 0.25rem 0 0; padding-left: 1.25rem; }
del { color: var(--quiet); }
ins { text-decoration: none; }
@media (max-width: 40rem) {
  .scroll td, .scroll tbody th, .scroll .email, .scroll .phone { min-width: 0; max-width: none; }
  .scroll tbody th { font-size: 1rem; }
  .scroll .integer, .scroll .number, .scroll .decimal { text-align: left; }
}
`
