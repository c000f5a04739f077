import { CODES } from '../../schema/wire/codes.ts'
import type { Field, Fields } from '../../schema/wire/model.ts'

type Typed = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array
type Make = new (length: number) => Typed

/** One field of many claims, a number each. What the numbers stand for, `get` says. */
export type Column = {
  push(value: unknown): void
  get(row: number): unknown
  /** The numbers themselves, one per row: what an analysis counts by. */
  numbers(): Typed
  /** The number that stands for a value, or −1 where no row has it. */
  numberOf(value: unknown): number
  /** These rows of it, in their order. `anew` keeps nothing of the values of other rows. */
  picked(rows: ArrayLike<number>, anew: boolean): Column
  bytes(): number
}

/** A list that grows by halves: copied seldom, and never twice as long as it must be. */
function growing(Make: Make, room = 64) {
  let held = new Make(Math.max(64, room))
  let length = 0
  return {
    push(value: number): void {
      if (length === held.length) {
        const next = new Make(Math.ceil(length * 1.5))
        next.set(held)
        held = next
      }
      held[length++] = value
    },
    values: () => held.subarray(0, length),
    bytes: () => held.byteLength,
  }
}

type Meaning = {
  encode(value: unknown): number
  decode(number: number): unknown
  numberOf(value: unknown): number
}

/** `meant` makes the meaning, for what gathers values does so for one column and those picked of it. */
function columnOf(Make: Make, meant: () => Meaning, meaning = meant(), list = growing(Make)): Column {
  return {
    push: (value) => list.push(meaning.encode(value)),
    get: (row) => meaning.decode(list.values()[row]!),
    numbers: list.values,
    numberOf: meaning.numberOf,
    picked(rows, anew) {
      const numbers = list.values()
      const next = growing(Make, rows.length)
      if (!anew) {
        for (let at = 0; at < rows.length; at++) next.push(numbers[rows[at]!]!)
        return columnOf(Make, meant, meaning, next)
      }
      const fresh = meant()
      for (let at = 0; at < rows.length; at++) next.push(fresh.encode(meaning.decode(numbers[rows[at]!]!)))
      return columnOf(Make, meant, fresh, next)
    },
    bytes: list.bytes,
  }
}

/**
 * Values that come again and again, numbered as they come; 0 is none. Rows come in any order, so nothing may be ordered by
 * these numbers that a caller is to see.
 */
function interned(): Meaning {
  const known: unknown[] = [null]
  const numbers = new Map<string, number>()
  const keyOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
  return {
    encode(value) {
      if (value === null || value === undefined) return 0
      const key = keyOf(value)
      const number = numbers.get(key)
      if (number !== undefined) return number
      numbers.set(key, known.length)
      return known.push(value) - 1
    },
    decode: (number) => known[number],
    numberOf: (value) => numbers.get(keyOf(value)) ?? -1,
  }
}

const NONE = -(2 ** 31)
const whole: Meaning = {
  encode: (value) => (typeof value === 'number' ? value : NONE),
  decode: (number) => (number === NONE ? null : number),
  numberOf: (value) => value as number,
}
const decimal: Meaning = {
  encode: (value) => (typeof value === 'number' ? value : Number.NaN),
  decode: (number) => (Number.isNaN(number) ? null : number),
  numberOf: (value) => value as number,
}
const FLAGS = [null, false, true]
const flag: Meaning = {
  encode: (value) => (value === true ? 2 : value === false ? 1 : 0),
  decode: (number) => FLAGS[number],
  numberOf: (value) => FLAGS.indexOf(value as boolean),
}
/** Days since 1970, as the calendar has them. */
const DAY = 86_400_000
export const NO_DAY = NONE
/** A number of days as the calendar writes it. */
export const dateOf = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10)
const day: Meaning = {
  encode: (value) => (typeof value === 'string' ? Math.floor(Date.parse(value) / DAY) : NONE),
  decode: (number) => (number === NONE ? null : dateOf(number)),
  numberOf: (value) => Math.floor(Date.parse(value as string) / DAY),
}

/** A code is its place in its list, from 1; 0 is none. */
function coded(list: readonly string[]): Meaning {
  const places = new Map(list.map((value, at) => [value, at + 1]))
  return {
    encode: (value) => places.get(value as string) ?? 0,
    decode: (number) => (number === 0 ? null : list[number - 1]),
    numberOf: (value) => places.get(value as string) ?? -1,
  }
}

/** The column of a field of the claims model. Sets and texts are kept once each, however often they are said. */
function fieldColumn(field: Field): Column {
  switch (field.type) {
    case 'code':
      return columnOf(Uint8Array, () => coded(CODES[field.list]))
    case 'flag':
      return columnOf(Uint8Array, () => flag)
    case 'int':
      return columnOf(Int32Array, () => whole)
    case 'decimal':
      return columnOf(Float64Array, () => decimal)
    case 'date':
      return columnOf(Int32Array, () => day)
    default:
      return columnOf(Uint32Array, interned)
  }
}

const itself: Meaning = {
  encode: (value) => value as number,
  decode: (number) => number,
  numberOf: (value) => value as number,
}
/** Numbers that mean themselves, such as those of entities and reports. */
export const numberColumn = (): Column => columnOf(Uint32Array, () => itself)

export type Columns = Record<string, Column>
export const columnsOf = (fields: Fields): Columns =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldColumn(field)]))

/** These rows of columns, in their order. */
export function picked(columns: Columns, rows: ArrayLike<number>, anew = false): Columns {
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, column.picked(rows, anew)]),
  )
}
