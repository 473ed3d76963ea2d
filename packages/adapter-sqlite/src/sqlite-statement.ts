import type { SqliteValue } from './sqlite-database.js'

/** A statement, or a part of one, with the values of its parameters in their order. */
export interface Statement {
  readonly text: string
  readonly values: readonly SqliteValue[]
}

/**
 * Writes a statement. What is put into the template becomes the value of a parameter; a statement becomes a part of this one, with its
 * own values.
 */
export function sql(texts: TemplateStringsArray, ...given: (Statement | SqliteValue)[]): Statement {
  let [text = ''] = texts
  const values: SqliteValue[] = []
  for (const [index, each] of given.entries()) {
    const isPart = typeof each === 'object' && each !== null
    text += (isPart ? each.text : '?') + texts[index + 1]
    if (isPart) values.push(...each.values)
    else values.push(each)
  }
  return { text, values }
}

/** A text that is SQL, such as the name of a table. */
export function verbatim(text: string): Statement {
  return { text, values: [] }
}
