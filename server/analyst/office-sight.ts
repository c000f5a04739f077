import { networkList } from '../../cypher/network/network.ts'
import { projectionDescriptions } from '../../cypher/projection/projection.ts'
import type { Caller } from '../../schema/wire/caller.ts'
import { canonical, sha256 } from '../../schema/wire/canonical.ts'
import type { OfficeBody } from '../../schema/wire/directory.ts'
import type { Directory } from '../directory.ts'
import { may } from '../policy.ts'

/**
 * What everybody sees who hears what an office is told: those of the office itself and of its units, who answer to it too.
 * Nothing is in it that was released to a person or a team, nor what leaves any one of them out.
 */
export type OfficeSight = {
  /** Nobody: the office as such, in the rights that all its officers have. */
  office: Caller
  /** Each of them sees what is in it. */
  hearers: Caller[]
  /** Persons who hear the office and may not read intelligence: they are not told. */
  except: string[]
  /** No other sight has the same. */
  key: string
}

/** As of now, by the directory. */
export function officeSight(directory: Directory, { office, country, kind }: OfficeBody): OfficeSight {
  const all = directory.callersOf(office)
  const hearers = all.filter(isReader)
  const offices = directory.lineage(office).filter((one) => directory.office(one) !== null)
  const nobody: Caller = {
    ...{ session: '', person: '', country, office, offices, officeKind: kind, role: 'ANALYST', teams: [] },
    principals: [...offices.map((one) => `office:${one}`), `country:${country}`, 'all'],
  }
  const except = [...new Set(all.filter((one) => !isReader(one)).map(({ person }) => `person:${person}`))]
  const named = hearers.map((one) => canonical([one.country, one.officeKind, one.role, ...one.principals]))
  const text = canonical(['office', country, kind, ...nobody.principals, ...named.sort()])
  return { office: nobody, hearers, except: except.sort(), key: sha256(text).toString('hex') }
}

const isReader = (caller: Caller) => may(projectionDescriptions, caller) && may(networkList, caller)
