import {
  type ASTVisitor,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type SelectionNode,
  type SelectionSetNode,
  specifiedRules,
  type ValidationContext,
  type ValidationRule,
} from 'graphql'
import { MOST_PAGE } from '../schema/page.ts'
import { Fault } from '../schema/wire/fault.ts'

/** What one operation may ask for. A page of a hundred networks with their members stays well inside. */
export const LIMITS = { tokens: 4_000, depth: 10, aliases: 20, rootFields: 10, cost: 5_000 }
/** How many rows a list field that takes no `first` is reckoned to have. */
const ROWS = 10

export function rulesFor(development: boolean): ValidationRule[] {
  return [...specifiedRules, ...(development ? [] : [NoSchemaIntrospectionCustomRule]), limitRule]
}

/** Counts depth, aliases, root fields and cost of each operation, fragments followed. */
function limitRule(context: ValidationContext): ASTVisitor {
  const weigh = weigher(context.getDocument())
  const refuse = (what: string, most: number) => {
    const original = new Fault('QUERY_TOO_COMPLEX', `expected at most ${most} ${what}`)
    context.reportError(new GraphQLError(original.message, { originalError: original }))
  }
  return {
    OperationDefinition(operation) {
      const { depth, aliases, cost, fields } = weigh(operation.selectionSet)
      if (depth > LIMITS.depth) refuse('levels', LIMITS.depth)
      if (aliases > LIMITS.aliases) refuse('aliases', LIMITS.aliases)
      if (cost > LIMITS.cost) refuse('units of cost', LIMITS.cost)
      if (fields > LIMITS.rootFields) refuse('root fields', LIMITS.rootFields)
      // One change, one act on record: a second one would run where the first has failed.
      if (operation.operation === 'mutation' && fields !== 1) refuse('root field in a mutation', 1)
    },
  }
}

/**
 * What the schema tells of itself reaches no store. Outside development it is refused by a rule of its own; in it, the
 * question that every tool asks first goes deeper than any other may, and graphql-js bounds its nesting.
 */
const INTROSPECTION = new Set(['__schema', '__type'])

/** What an analysis has computed stands already, and its size is bounded by its question: it is only told. */
const COMPUTED = 'result'
const COMPUTED_COST = 100

/** What a selection asks for: its levels, its aliases, its cost, and how many fields stand at its top. */
type Weight = { depth: number; aliases: number; cost: number; fields: number }

const NOTHING: Weight = { depth: 0, aliases: 0, cost: 0, fields: 0 }

/**
 * Weighs the selections of a document. Each fragment is weighed once: spread twice in the next one, and that one twice
 * in the next, a short document would otherwise be counted for ever.
 */
function weigher(document: DocumentNode): (set: SelectionSetNode) => Weight {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node)
  const known = new Map<string, Weight>()

  function ofFragment(name: string): Weight {
    const before = known.get(name)
    if (before) return before
    // A fragment inside itself is another rule's error; here it must only not loop.
    known.set(name, NOTHING)
    const fragment = fragments.get(name)
    const weight = fragment ? ofSet(fragment.selectionSet) : NOTHING
    known.set(name, weight)
    return weight
  }

  function ofNode(node: SelectionNode): Weight {
    if (node.kind === Kind.FRAGMENT_SPREAD) return ofFragment(node.name.value)
    if (node.kind === Kind.INLINE_FRAGMENT) return ofSet(node.selectionSet)
    if (INTROSPECTION.has(node.name.value)) return { depth: 1, aliases: 0, cost: 1, fields: 1 }
    const below = node.selectionSet ? ofSet(node.selectionSet) : NOTHING
    return {
      depth: below.depth + 1,
      aliases: below.aliases + (node.alias ? 1 : 0),
      cost:
        node.name.value === COMPUTED
          ? COMPUTED_COST
          : below.cost * rowsOf(node) + (node.selectionSet ? 1 : 0),
      fields: 1,
    }
  }

  const ofSet = ({ selections }: SelectionSetNode): Weight =>
    selections.map(ofNode).reduce(
      (total, one) => ({
        depth: Math.max(total.depth, one.depth),
        aliases: total.aliases + one.aliases,
        cost: total.cost + one.cost,
        fields: total.fields + one.fields,
      }),
      NOTHING,
    )

  return ofSet
}

const SINGLE =
  /^(me|analysis|startAnalysis|cancelAnalysis|node|from|to|entity|leg|report|note|release|network|actor|route|place|incident|message|name|neighbourhood|connection|history|edges|nodes)$/

/** How often what lies below a field is reckoned to come: its page size, else one for single things and ten for lists. */
function rowsOf(node: FieldNode): number {
  const first = node.arguments?.find((argument) => argument.name.value === 'first')?.value
  if (first?.kind === Kind.INT) return Math.max(1, Number.parseInt(first.value, 10))
  // A variable is known only when the operation runs: it may ask for the largest page.
  if (first?.kind === Kind.VARIABLE) return MOST_PAGE
  return SINGLE.test(node.name.value) ? 1 : ROWS
}
