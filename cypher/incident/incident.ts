import { z } from 'zod'
import { PageRow, pageParams, showsPage } from '../entity/entity.ts'
import { open, openEnd } from '../filter.ts'
import { statement } from '../statement.ts'

export const incidentList = statement({
  name: 'incident/list',
  params: z.object({ type: open, place: open, from: open, to: openEnd, ...pageParams }),
  row: PageRow,
  shows: showsPage,
})
