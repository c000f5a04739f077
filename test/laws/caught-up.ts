import type { Claims, Projection } from '../../server/analyst/projection.ts'
import { errandsOf } from '../../server/analyst/sight.ts'
import { caughtUp, readView, type View } from '../../server/analyst/view.ts'
import type { Instance } from '../../server/instance.ts'
import type { Officer } from './stage.ts'

// A view that is kept is caught up with what was done since, act by act; it must be the view that is read anew.

const DEADLINE = 60_000

function errands(instance: Instance, { person, office, role }: Officer, asOf: number | null) {
  const caller = instance.directory.caller(person, office, role, 'session')!
  return errandsOf(instance, caller, asOf ?? instance.versions.watermark(), DEADLINE)
}

/** Views of these officers, as of now and of one moment; `act` is called after every act. */
export function keptViews({ instance }: { instance: Instance }, officers: readonly Officer[]) {
  const now = new Map<Officer, View>()
  const past = new Map<Officer, { view: View; asOf: number }>()

  return {
    async act(): Promise<void> {
      for (const officer of officers) {
        const known = now.get(officer)
        const own = errands(instance, officer, null)
        now.set(officer, known ? await caughtUp(known, own) : await readView(own))
        const then = past.get(officer)
        if (then) then.view = await caughtUp(then.view, errands(instance, officer, then.asOf))
        // The moment that stays is the first at which something stood.
        else if (own.asOf > 0) past.set(officer, { view: await readView(own), asOf: own.asOf })
      }
    },
    /** What differs between the views that were kept and those that are read now, in a few words. */
    async differences(): Promise<string[]> {
      const found: string[] = []
      for (const officer of officers) {
        const kept = [
          { view: now.get(officer), asOf: null },
          { view: past.get(officer)?.view, asOf: past.get(officer)?.asOf ?? null },
        ]
        for (const { view, asOf } of kept) {
          if (!view) continue
          const cold = await readView(errands(instance, officer, asOf))
          const [left, right] = [plain(view.projection), plain(cold.projection)]
          if (left !== right)
            found.push(`${officer.person} as of ${asOf ?? 'now'}\nkept: ${left}\nanew: ${right}`)
        }
      }
      return found
    },
  }
}

/** All that an analysis can read of a view, in the order in which it stands; numbers by which nothing may be ordered as what they mean. */
function plain({ asOf: _, ...view }: Projection): string {
  const reports = view.reports.map(({ id, office, recordedAt }) => `${id} ${office} ${recordedAt}`)
  const rows = ({ ids, columns }: Claims) =>
    ids.map((id, row) => [
      id,
      ...Object.entries(columns).map(([name, column]) =>
        name === 'report' ? reports[column.numbers()[row]!] : column.get(row),
      ),
    ])
  const [said, about] = [view.mentions.report.numbers(), view.mentions.entity.numbers()]
  return JSON.stringify({
    entities: view.entities,
    kinds: [...view.kinds],
    relations: rows(view.relations),
    descriptions: Object.entries(view.descriptions).map(([kind, list]) => [kind, rows(list)]),
    reports: [...reports].sort(),
    mentions: Array.from(said, (report, at) => `${reports[report]} ${view.entities[about[at]!]}`).sort(),
  })
}
