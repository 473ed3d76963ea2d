import { baseStyle } from '../pages/base-style.js'

/** The style of the status page. */
export const statusPageStyle = `${baseStyle}.summary { margin-top: 0.75rem; }
.state { display: inline-block; margin-right: 0.375rem; padding: 0.125rem 0.75rem; border-radius: 1rem; font-weight: 600; font-size: 0.9375rem; background: var(--now-ground); color: var(--now); }
.state-complete { background: var(--good-ground); color: var(--good); }
.state-partial { background: var(--warn-ground); color: var(--warn); }
.state-failed, .state-lost { background: var(--bad-ground); color: var(--bad); }
.notice .facts { margin-top: 0.75rem; }
.run-now { margin-top: 0.75rem; }
.jobs { margin: 0; padding: 0; list-style: none; }
.jobs li { margin-bottom: 0.75rem; }
.line { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; }
.name { font-weight: 600; overflow-wrap: anywhere; }
progress { display: block; width: 100%; height: 0.5rem; margin-top: 0.25rem; appearance: none; border: 0; border-radius: 0.25rem; overflow: hidden; background: var(--line); color: var(--accent); }
progress::-webkit-progress-bar { background: var(--line); }
progress::-webkit-progress-value { background: var(--accent); }
progress::-moz-progress-bar { background: var(--accent); }
figure { margin: 0; }
.chart { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0.375rem 0.75rem; }
.chart > svg { width: 100%; height: 10rem; overflow: visible; }
.scale { display: flex; flex-direction: column; justify-content: space-between; margin: -0.5rem 0; color: var(--quiet); font-size: 0.75rem; line-height: 1rem; text-align: right; }
.span { grid-column: 2; display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; color: var(--quiet); font-size: 0.75rem; }
.rule { stroke: var(--line); stroke-width: 1; vector-effect: non-scaling-stroke; }
.bar { fill: var(--accent); stroke: var(--accent); stroke-width: 1; vector-effect: non-scaling-stroke; }
.bar-partial { fill: url(#hatching); stroke: var(--warn); }
.bar-failed { fill: url(#stripes); stroke: var(--bad); }
.bar-running { fill: var(--surface); }
.bar-lost { fill: var(--surface); stroke: var(--bad); stroke-dasharray: 3 2; }
.hatch-ground { fill: var(--warn-ground); }
.hatch { fill: var(--warn); }
.stripe-ground { fill: var(--bad-ground); }
.stripe { fill: var(--bad); }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 0.875rem 0 0; padding: 0; list-style: none; color: var(--quiet); font-size: 0.875rem; }
.legend svg { width: 0.75rem; height: 0.75rem; margin-right: 0.375rem; }
#stale:not([hidden]) { color: var(--bad); }
`
