import type { SqliteValue } from './sqlite-database.js'

/** A statement or a part of one, with the values of its parameters in order. */
export interface Statement {
  readonly text: string
  readonly values: readonly SqliteValue[]
}

/**
 * A template tag for statements. An interpolated value becomes a parameter. An interpolated statement becomes a part of
 * this one and brings its values.
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

/** Text that is inserted as SQL, such as a table name. */
export function verbatim(text: string): Statement {
  return { text, values: [] }
}
