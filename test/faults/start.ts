import { main } from '../../server/start.ts'

// `npm start` as it is, on a machine that runs every test at once, where a record may take seconds to be durable.

await main(20_000)
