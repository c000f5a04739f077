import type { Fields } from './chart.ts'

/**
 * The dates and numbers of 2013-10, 2015-02-12, 2015-08-27 and 2017-06-25 follow public accounts; the rest is invented.
 */
export const INCIDENTS: Record<string, Fields> = {
  'Desert-deaths-2013': { type: 'DEATHS', dead: 92, women: 37, children: 48, men: 7 },
  'Raids-2013': { type: 'RAID', arrested: 21 },
  'Ghetto-raid-2014': { type: 'RAID', arrested: 13, persons: 61, rescued: 48 },
  'Owner-arrest-2014': { type: 'ARREST', arrested: 2 },
  'Kidal-hold-up-2014': { type: 'CLASH', persons: 34, injured: 5 },
  'Tobacco-seizure-2014': { type: 'INTERCEPTION', arrested: 3 },
  'Tobacco-seizure-2016': { type: 'INTERCEPTION', arrested: 2 },
  'Rescue-12-Feb-2015': {
    type: 'RESCUE',
    persons: 105,
    rescued: 104,
    dead: 1,
    women: 12,
    children: 17,
    men: 76,
  },
  'Landing-May-2015': { type: 'ARRIVAL', persons: 338, arrested: 2 },
  'Shipwreck-27-Aug-2015': { type: 'SHIPWRECK' },
  'Zuwara-crackdown-2015': { type: 'RAID', arrested: 3 },
  'Departure-Sabratha-Oct-2015': { type: 'DEPARTURE', persons: 118 },
  'Sabratha-gunpoint-2016': { type: 'RESCUE', persons: 124, rescued: 124, children: 9 },
  'Convoy-30-May-2016': { type: 'DEPARTURE', persons: 2_150 },
  'Controls-Aug-2016': { type: 'INTERCEPTION', persons: 87, arrested: 6 },
  'Seizure-Sep-2016': { type: 'RAID', arrested: 9 },
  'Stranding-Nov-2016': { type: 'STRANDING', persons: 41, rescued: 41 },
  'ECI-raid-Mar-2017': { type: 'RAID', arrested: 7 },
  'Stranding-25-Jun-2017': { type: 'STRANDING', persons: 75, rescued: 24, missing: 51 },
  'Stranding-May-2017': { type: 'DEATHS', persons: 50, dead: 8, rescued: 42 },
  'Conviction-2017': { type: 'CONVICTION', persons: 1 },
  'Landing-Arguineguin-2014': { type: 'ARRIVAL', persons: 29 },
  'Interception-Nouadhibou-2016': { type: 'INTERCEPTION', persons: 62, arrested: 2 },
  'Landing-Canary-2017': { type: 'ARRIVAL', persons: 47 },
  'Expulsions-Assamaka-2017': { type: 'STRANDING', persons: 130, rescued: 130, women: 22, children: 31 },
  'Palermo-arrests-2016': { type: 'ARREST', arrested: 4 },
}

export const VEHICLES: Record<string, Fields> = {
  'Pickup-01': { type: 'PICKUP', registeredIn: 'LY', capacity: 30 },
  'Pickup-02': { type: 'PICKUP', registeredIn: 'LY', capacity: 30 },
  'Pickup-03': { type: 'PICKUP', registeredIn: 'NE', capacity: 28 },
  'Pickup-04': { type: 'PICKUP', capacity: 25 },
  'Pickup-05': { type: 'PICKUP', capacity: 25 },
  'Pickup-06': { type: 'PICKUP', capacity: 25 },
  'Truck-Arlit-1': { type: 'TRUCK', registeredIn: 'NE', capacity: 60 },
  'Truck-Gao-1': { type: 'TRUCK', registeredIn: 'ML', capacity: 45 },
  'Truck-Gao-2': { type: 'TRUCK', registeredIn: 'DZ', capacity: 45 },
  'Wooden-boat-1': { type: 'FISHING_BOAT', capacity: 300 },
  'Wooden-boat-2': { type: 'FISHING_BOAT', capacity: 350 },
  'Inflatable-1': { type: 'INFLATABLE', capacity: 105 },
  'Inflatable-2': { type: 'INFLATABLE', capacity: 120 },
  'Pirogue-1': { type: 'FISHING_BOAT', capacity: 60 },
  'Pirogue-2': { type: 'FISHING_BOAT', capacity: 80 },
}
