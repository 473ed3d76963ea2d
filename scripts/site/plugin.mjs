// A TypeDoc plugin. It puts the pages into the sections of contents.mjs, gives them the addresses of their files, and
// makes a site that works from disk.

import { readdirSync, renameSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  Application,
  Converter,
  DefaultTheme,
  KindRouter,
  PageEvent,
  PageKind,
  RendererEvent,
} from 'typedoc'
import { first, sections } from './contents.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))

export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, page) => {
    page.name = headingOf(page.content) ?? page.name
  })
  app.renderer.defineRouter('files', FileRouter)
  app.renderer.defineTheme('sections', SectionsTheme)
  app.on(Application.EVENT_BOOTSTRAP_END, () => {
    app.options.setValue('router', 'files')
    app.options.setValue('theme', 'sections')
  })
  app.renderer.on(RendererEvent.BEGIN, ({ project }) => {
    // A link to the README of a package leads to the package's page.
    for (const module of project.children)
      project.files.registerReflectionPath(join(root, readmeOf(module)), module)
  })
  app.renderer.on(PageEvent.END, (page) => {
    page.contents = page.contents && forReaders(page.contents, page.pageKind)
  })
  app.renderer.on(RendererEvent.END, ({ outputDirectory }) => {
    const media = join(outputDirectory, 'media')
    for (const name of readdirSync(media))
      if (isText(name)) renameSync(join(media, name), join(media, `${name}.txt`))
  })
}

/** A page's address is that of its file: `docs/guide/history.md` is `guide/history.html`. */
class FileRouter extends KindRouter {
  getIdealBaseName(reflection) {
    if (!reflection.isDocument()) return super.getIdealBaseName(reflection)
    return fileOf(reflection)
      .replace(/^docs\//, '')
      .replace(/^README\.md$/, 'readme')
      .replace(/^decisions\/README\.md$/, 'decisions/all')
      .replace(/(\/README)?\.md$/, '')
      .toLowerCase()
  }
}

class SectionsTheme extends DefaultTheme {
  buildNavigation(project) {
    const links = new Map()
    for (const page of project.documents) links.set(fileOf(page), this.#linkTo(page))
    for (const module of project.children) links.set(readmeOf(module), this.#linkTo(module))
    const named = new Set([...first, ...sections.flatMap(({ pages }) => pages)])
    const take = (page) => {
      const [folder, rest] = page.split('*')
      if (rest !== undefined)
        return [...links.keys()]
          .filter((file) => file.startsWith(folder) && !named.has(file))
          .sort()
          .flatMap(take)
      const link = links.get(page)
      if (!link) this.application.logger.error(`contents.mjs names ${page}, which isn't there.`)
      links.delete(page)
      return link ? [link] : []
    }
    const navigation = [
      { text: 'Quickstart', path: 'index.html' },
      ...first.flatMap(take),
      ...sections.map(({ title, pages }) => ({ text: title, children: pages.flatMap(take) })),
    ]
    for (const page of links.keys())
      this.application.logger.error(`Put ${page} into a section of scripts/site/contents.mjs.`)
    return navigation
  }

  #linkTo(reflection) {
    const { kind, name } = reflection
    const text = fileOf(reflection) === 'README.md' ? 'What hubsync is' : name
    return { text, path: this.router.getFullUrl(reflection), kind }
  }
}

/** The file of a page, as a path from the root. */
function fileOf(reflection) {
  const file = reflection.project.files.getReflectionPath(reflection)
  return file ? relative(root, file) : undefined
}

function readmeOf(module) {
  return `packages/${module.name.replace('@hubsync/', '')}/README.md`
}

/** A page is named by its first line, which may be in several parts. */
function headingOf(parts) {
  const [line] = parts
    .map(({ text }) => text)
    .join('')
    .split('\n')
  return line.startsWith('# ') ? line.slice(2).replaceAll('`', '') : undefined
}

function forReaders(contents, kind) {
  const page = contents
    // From disk, a browser can't load SVG symbols from another file. A script of the page contains them instead.
    .replaceAll(/href="[^"]*assets\/icons\.svg#/g, 'href="#')
    // From disk, a folder is a list of files.
    .replaceAll(/href="((?:\.\.\/)+|\.\/)(#[^"]*)?"/g, 'href="$1index.html$2"')
    // A browser shows a text, and downloads a file of source.
    .replaceAll(/(href="[^"#]*media\/)([^"#]+)/g, (_, start, name) =>
      isText(name) ? `${start}${name}.txt` : `${start}${name}`,
    )
  // A page of text brings its own title.
  return [PageKind.Index, PageKind.Document].includes(kind)
    ? page.replace(/<div class="tsd-page-title">.*?<\/div>/s, '')
    : page
}

function isText(name) {
  return !/\.(png|svg|txt)$/.test(name)
}
