import { z } from 'zod'
import { PageRow, pageParams, showsPage } from '../entity/entity.ts'
import { open, openEnd } from '../filter.ts'
import { statement } from '../statement.ts'

export const networkList = statement({
  name: 'network/list',
  params: z.object({
    name: open,
    level: open,
    status: open,
    place: open,
    crime: open,
    facet: open,
    from: open,
    to: openEnd,
    ...pageParams,
  }),
  row: PageRow,
  shows: showsPage,
})
