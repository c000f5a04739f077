import { openKeyStore } from '../../clients/core/keys.ts'
import { type Gateway, openGateway } from '../../clients/gateway/gateway.ts'
import { openHome } from '../../clients/gateway/home.ts'
import { openRoad } from '../../clients/gateway/road.ts'
import { openSite, type Site } from '../clients/cli/site.ts'
import { PURPOSE } from '../instance.ts'

/** An officer's desk for a test: a real server, and his gateway to it. */
export type Desk = { site: Site; gateway: Gateway; close(): Promise<void> }

/** In development the server answers introspection, and the gateway offers GraphiQL. */
export async function openDesk({ development = false } = {}): Promise<Desk> {
  const site = await openSite({ development })
  const home = await openHome(await site.makeHome(['ne-dst.aicha']), '/')
  const key = await (await openKeyStore(home.keys)).loadKey('ne-dst.aicha', async () => '')
  const road = openRoad({ home, key, url: site.portolan.url })
  const purpose = { code: 'OPERATIONAL' as const, justification: PURPOSE.justification }
  const gateway = await openGateway({ home, key, road, purpose, graphiql: development })
  return {
    site,
    gateway,
    async close() {
      await gateway.close()
      await site.close()
    },
  }
}
