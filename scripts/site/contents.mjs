// The site's navigation: what a reader needs first comes first. `*` stands for all pages that are named nowhere else,
// by their names.

/** These are shown without a section. The first page of the site, the quickstart, stands above them. */
export const first = [
  'README.md',
  'docs/guide/getting-started.md',
  'docs/guide/recipes.md',
  'docs/guide/command-line.md',
  'docs/guide/troubleshooting.md',
]

const guides = `objects-and-columns standard-objects typed-columns around-the-records history typed-sql http webhooks
  operating observability containers runtimes sqlite-drivers bundles migrating testing-with-the-emulator write-a-store`
const explanations = 'guarantees comparison how-it-reads limits traps threat-model'

const inFolder = (folder, names) => names.split(/\s+/).map((name) => `docs/${folder}/${name}.md`)

export const sections = [
  { title: 'Guides', pages: inFolder('guide', guides) },
  { title: 'Explanations', pages: inFolder('explain', explanations) },
  {
    title: 'Reference',
    pages: [
      ...inFolder('explain', 'schema errors glossary'),
      'docs/guide/emulator-operations.md',
      ...[
        'core',
        'adapter-sqlite',
        'adapter-postgres',
        'cli',
        'http',
        'emulator',
        'conformance',
      ].map((name) => `packages/${name}/README.md`),
    ],
  },
  { title: 'Examples', pages: ['examples/*'] },
  { title: 'Decisions', pages: ['docs/decisions/README.md', 'docs/decisions/*'] },
  {
    title: 'For contributors',
    pages: [
      'ARCHITECTURE.md',
      'CONTRIBUTING.md',
      'SECURITY.md',
      'bench/README.md',
      'bench/RESULTS.md',
    ],
  },
]
