import * as openpgp from 'openpgp'
import { type KeyTools, keyTools } from '../../schema/wire/key-tools.ts'

/** The server reads public keys and checks signatures; it never holds a private key of anybody's. */
export const publicKeyTools: KeyTools = keyTools(openpgp)
