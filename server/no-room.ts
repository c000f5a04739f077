const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** Whether a disk had no room for what was written: that is no fault of what was sent, and ends by itself. */
export const isNoRoom = (error: NodeJS.ErrnoException): boolean => NO_ROOM.has(error.code ?? '')
