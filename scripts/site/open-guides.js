// The guides are open until the reader closes them.
try {
  localStorage['tsd-accordion-Guides'] ??= 'true'
} catch {}
