import { z } from 'zod'
import { PageRow, pageParams, showsPage } from '../entity/entity.ts'
import { open } from '../filter.ts'
import { statement } from '../statement.ts'

export const crimeList = statement({
  name: 'crime/list',
  params: z.object({ codes: z.array(z.string()), link: open, ...pageParams }),
  row: PageRow,
  shows: showsPage,
})
