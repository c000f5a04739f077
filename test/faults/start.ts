import { main } from '../../server/start.ts'
import { patient } from '../patient.ts'

// `npm start` as it is, on a machine where a record may take seconds to be durable.

await main(patient)
