import { extname } from 'node:path'

const TYPES: Record<string, string> = {
  ...{ '.pdf': 'application/pdf', '.txt': 'text/plain', '.csv': 'text/csv', '.json': 'application/json' },
  ...{ '.jpg': 'image/jpeg', '.jpeg': 'image/jpeg', '.png': 'image/png', '.zip': 'application/zip' },
}

/** By the end of its name: what a reader's programs go by as well. */
export const mediaType = (file: string): string =>
  TYPES[extname(file).toLowerCase()] ?? 'application/octet-stream'
