import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { read, root } from './docs-pages.js'

/** Every text that the sources of the packages hold. What is put in while it runs is `…`. */
export function sourceTexts(): string[] {
  const files = ['core', 'adapter-sqlite', 'adapter-postgres', 'cli', 'http'].flatMap((name) =>
    readdirSync(join(root, 'packages', name, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join('packages', name, 'src', file)),
  )
  return files.flatMap((file) => {
    const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest)
    const texts: string[] = []
    const look = (node: ts.Node): void => {
      const text = textOf(node)
      if (text) texts.push(text)
      ts.forEachChild(node, look)
    }
    look(source)
    return texts
  })
}

function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text
  if (ts.isTemplateExpression(node))
    return node.templateSpans.reduce((text, span) => `${text}…${span.literal.text}`, node.head.text)
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken)
    return `${textOf(node.left) ?? '…'}${textOf(node.right) ?? '…'}`
  return undefined
}
