import './actor.ts'
import './analysis.ts'
import './attachment.ts'
import './audit.ts'
import './card.ts'
import './consultation.ts'
import './crime.ts'
import './entity.ts'
import './handover.ts'
import './event.ts'
import './incident.ts'
import './match.ts'
import './structure.ts'
import './message.ts'
import './modus-operandi.ts'
import './neighbourhood.ts'
import './network.ts'
import './office.ts'
import './page.ts'
import './place.ts'
import './report.ts'
import './route.ts'
import './submit.ts'
import './thread.ts'
import './vehicle.ts'
import {
  defaultFieldResolver,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
} from 'graphql'
import { builder } from './builder.ts'
import { Fault } from './wire/fault.ts'

export const schema = builder.toSchema()

for (const root of [schema.getQueryType(), schema.getMutationType()] as GraphQLObjectType[])
  for (const field of Object.values(root.getFields()))
    field.resolve = carrying(field.resolve ?? defaultFieldResolver)

for (const field of Object.values(schema.getSubscriptionType()!.getFields()))
  field.subscribe = carrying(field.subscribe!)

/**
 * graphql-js takes every error that has a list `path` for one of its own, already placed in the answer. The path of a
 * fault is one in the input: it is carried inside an error that has none.
 */
function carrying(resolve: GraphQLFieldResolver<unknown, unknown>): GraphQLFieldResolver<unknown, unknown> {
  return async (...args) => {
    try {
      return await resolve(...args)
    } catch (error) {
      throw error instanceof Fault ? new GraphQLError(error.message, { originalError: error }) : error
    }
  }
}
