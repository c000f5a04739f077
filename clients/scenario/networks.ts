import type { Fields } from './chart.ts'

export const NETWORKS: Record<string, Fields> = {
  'Agadez-transport-1': { status: 'ACTIVE', sizeMin: 14, sizeMax: 25 },
  'Agadez-transport-2': { status: 'ACTIVE', sizeMin: 14, sizeMax: 40 },
  'Gao-Kidal-1': { status: 'ACTIVE', sizeMin: 10, sizeMax: 20 },
  'Tamanrasset-1': { status: 'ACTIVE', sizeMin: 4, sizeMax: 8 },
  'Zuwara-sea-1': { status: 'ACTIVE', sizeMin: 10, sizeMax: 30 },
  // What Spain first charted as a group of its own, until Italy assessed it to be the Zuwara group, moved.
  'Sabratha-sea-1': { status: 'ACTIVE', sizeMin: 8, sizeMax: 40 },
  'Palermo-cell-1': { status: 'ACTIVE', sizeMin: 3, sizeMax: 6 },
  'Canary-residual': { status: 'ACTIVE', sizeMin: 4, sizeMax: 8 },
}

/** Modus operandi as sets of facets; `schema/words` has what each code says. */
export const MODI: Record<string, Fields> = {
  'MO-Agadez-ghetto': {
    facets: [
      'REC_01',
      'REC_05',
      'SVC_02',
      'TRN_02',
      'ACC_01',
      'PAY_02',
      'MON_01',
      'MON_02',
      'COM_01',
      'COM_05',
      'CSR_01',
      'COR_01',
      'HRM_01',
    ],
  },
  // Resurfaced: eleven of the thirteen facets above, with former clients and an ear to police movements added.
  'MO-Agadez-ghetto-2': {
    facets: [
      'REC_01',
      'REC_05',
      'REC_07',
      'SVC_02',
      'TRN_02',
      'ACC_01',
      'PAY_02',
      'MON_02',
      'COM_05',
      'CSR_01',
      'CSR_05',
      'COR_01',
      'HRM_01',
    ],
  },
  'MO-Monday-convoy': {
    facets: ['SVC_03', 'TRN_02', 'CON_05', 'PAY_01', 'MON_01', 'COM_06', 'COR_01', 'HRM_01', 'HRM_08'],
  },
  'MO-desert-bypass': {
    facets: [
      'SVC_02',
      'TRN_02',
      'PAY_01',
      'COM_05',
      'CSR_01',
      'CSR_03',
      'CSR_05',
      'HRM_02',
      'HRM_07',
      'HRM_08',
    ],
  },
  'MO-truck-and-tobacco': {
    facets: [
      'REC_06',
      'SVC_02',
      'TRN_03',
      'CON_02',
      'PAY_02',
      'MON_01',
      'COM_05',
      'CSR_03',
      'COR_01',
      'HRM_06',
    ],
  },
  'MO-wooden-boat': {
    facets: [
      'REC_03',
      'SVC_01',
      'TRN_06',
      'CON_06',
      'ACC_04',
      'PAY_03',
      'MON_02',
      'COM_02',
      'CSR_04',
      'COR_05',
      'HRM_01',
      'HRM_07',
    ],
  },
  'MO-inflatable-beach': {
    facets: [
      'REC_03',
      'SVC_03',
      'TRN_05',
      'ACC_05',
      'PAY_01',
      'MON_02',
      'COM_02',
      'CSR_06',
      'HRM_03',
      'HRM_04',
      'HRM_05',
      'HRM_09',
    ],
  },
  'MO-Canary-pirogue': {
    facets: ['REC_01', 'REC_05', 'SVC_03', 'TRN_06', 'ACC_03', 'PAY_04', 'MON_05', 'COM_01', 'HRM_08'],
  },
  'MO-papers': {
    facets: ['SVC_04', 'DOC_01', 'DOC_02', 'DOC_04', 'DOC_08', 'PAY_01', 'MON_03', 'COM_03', 'COR_02'],
  },
  'MO-onward-train': {
    facets: ['REC_07', 'SVC_02', 'TRN_04', 'ACC_02', 'PAY_05', 'MON_07', 'COM_02', 'CSR_02', 'DOC_04'],
  },
}

export const CRIMES: Record<string, Fields> = {
  'Tobacco-Gao': { code: 'LNK_05' },
  'Ransom-Sabha': { code: 'LNK_02' },
  'Extortion-Kidal': { code: 'LNK_03' },
  'False-papers': { code: 'LNK_10' },
  'Bribes-on-the-axis': { code: 'LNK_11' },
  'Hawala-laundering': { code: 'LNK_12' },
  'Fuel-Arlit': { code: 'LNK_06' },
  'Boat-theft-Zuwara': { code: 'LNK_14' },
  'Armed-group-levy': { code: 'LNK_15' },
  // Another offence with other elements: linked by evidence, never added to the smuggling.
  'Trafficking-Sabratha': { code: 'LNK_01' },
}
