import type { Text } from './steps.ts'

/** One thing to try: what to look at, who asks, and the command line without the program's name. */
export type TourStep = {
  say: Text
  as: string
  command: string[]
  /** The right answer is that there is no such thing: for this person it does not exist. */
  nothing?: true
  /** It writes a package, which is shown and let go again: a tour leaves nothing open that was sealed. */
  writes?: 'cards.md'
}
export type Scene = { title: Text; steps: TourStep[] }

const step = (as: string, command: string, en: string, fr: string): TourStep => ({
  say: { en, fr },
  as,
  command: [...command.split(' '), '--as', as],
})

const nothing = (one: TourStep): TourStep => ({ ...one, nothing: true })

/** The scenes of `BRIEF.md` that work so far, in order. Everything is named by its code name. */
export const TOUR: readonly Scene[] = [
  {
    title: {
      en: '1. October 2013: ninety-two dead in the desert',
      fr: '1. Octobre 2013 : quatre-vingt-douze morts dans le désert',
    },
    steps: [
      step(
        'ne-dst-agadez.rabi',
        'whoami',
        'Rabi works at Agadez, for a unit below the Niamey office: she sees what that office may see.',
        'Rabi travaille à Agadez, dans une unité rattachée au service de Niamey : elle voit ce que ce service peut voir.',
      ),
      step(
        'ne-dst-agadez.rabi',
        'report list --reference desert-deaths-2013',
        'Her report came in after seventy-two hours without a link, with a note in French that only the addressees’ machines can open.',
        'Son rapport est arrivé après soixante-douze heures sans liaison, avec une note en français que seules les machines des destinataires peuvent ouvrir.',
      ),
      step(
        'it-sco.paola',
        'neighbourhood Desert-deaths-2013',
        'Paola in Rome sees the incident, its place and the lorry. What Niger shared with its neighbours only, the leg and the drivers, is not there for her, nor any trace of it.',
        'Paola, à Rome, voit l’incident, son lieu et le camion. Ce que le Niger n’a partagé qu’avec ses voisins, l’étape et les chauffeurs, n’existe pas pour elle, ni la moindre trace.',
      ),
      step(
        'dz-dgsn.nadia',
        'neighbourhood Desert-deaths-2013',
        'Nadia in Algiers sees more: the leg, and since the correction of December the right driver.',
        'Nadia, à Alger, voit davantage : l’étape et, depuis la correction de décembre, le bon chauffeur.',
      ),
    ],
  },
  {
    title: {
      en: '2. The Monday convoy, and a level in dispute',
      fr: '2. Le convoi du lundi, et un niveau contesté',
    },
    steps: [
      step(
        'ne-dst.aicha',
        'route show Agadez-Sabha',
        'Thirty people to a pick-up, 80,000 to 90,000 francs; from mid-2016 controlled, then bypassed. The earlier status is not overwritten, it has an end.',
        'Trente personnes par pick-up, 80 000 à 90 000 francs ; contrôlée à partir de mi-2016, puis contournée. L’ancien état n’est pas effacé, il a une fin.',
      ),
      step(
        'ne-dst.aicha',
        'route show West-Africa-buses',
        'Niamey–Agadez is lawful bus travel and says so. Nothing follows from having taken it.',
        'Niamey–Agadez est un trajet licite en autocar, et c’est écrit. Rien ne découle du fait de l’avoir emprunté.',
      ),
      step(
        'it-sco.paola',
        'actor show Addax',
        'Niger says L2, Italy says L3. Both stand with their grading and their reports; nobody averages them.',
        'Le Niger dit L2, l’Italie dit L3. Les deux figurent avec leur cotation et leurs rapports ; personne n’en fait la moyenne.',
      ),
      step(
        'it-sco.paola',
        'network show Agadez-transport-2',
        'The successor of the dismantled network: much of the same way of working, and two of its drivers.',
        'La filière qui succède à celle qui fut démantelée : une bonne part du même mode opératoire, et deux de ses chauffeurs.',
      ),
      step(
        'it-sco.paola',
        'connection Addax Barracuda',
        'The shortest connection that Paola may see between Agadez and the coast, hop by hop, each with its report.',
        'Le lien le plus court que Paola peut voir entre Agadez et la côte, maillon par maillon, chacun avec son rapport.',
      ),
      nothing(
        step(
          'ne-dst.salif',
          'neighbourhood Bribes-on-the-axis',
          'Salif sits in the Niamey office, but the report on bribes excludes him. For him it does not exist.',
          'Salif est au service de Niamey, mais le rapport sur les pots-de-vin l’exclut. Pour lui, il n’existe pas.',
        ),
      ),
    ],
  },
  {
    title: { en: '3. Tobacco from Gao', fr: '3. Le tabac de Gao' },
    steps: [
      step(
        'ml-dnlt.fatoumata',
        'network show Gao-Kidal-1',
        'Two claims link the group to tobacco: one graded A2 by the office that opened the lorries, one C4 by hearsay. Sharing a route alone is no evidence.',
        'Deux assertions relient le groupe au tabac : l’une cotée A2 par le service qui a ouvert les camions, l’autre C4, par ouï-dire. Partager une route n’est pas une preuve.',
      ),
      step(
        'dz-dgsn.nadia',
        'message inbox',
        'Niger asked Algeria for the leg Kidal–Tamanrasset; Algeria answered with a coded refusal. The server saw envelopes only.',
        'Le Niger a demandé à l’Algérie l’étape Kidal–Tamanrasset ; l’Algérie a répondu par un refus codé. Le serveur n’a vu que des enveloppes.',
      ),
    ],
  },
  {
    title: { en: '4. Zuwara closes, Sabratha opens', fr: '4. Zouara ferme, Sabratha ouvre' },
    steps: [
      step(
        'it-sco.paola',
        'route show Zuwara-sea',
        'Closed after the crackdown that followed 27 August 2015.',
        'Fermée après la répression qui a suivi le 27 août 2015.',
      ),
      step(
        'it-sco.paola',
        'route show Sabratha-sea',
        'Open since the summer of 2015: Italy assesses a displacement.',
        'Ouverte depuis l’été 2015 : l’Italie y voit un déplacement.',
      ),
      step(
        'es-ucrif.carmen',
        'network show Sabratha-sea-1',
        'Spain charted a group of its own; Italy claims that it is the one from Zuwara. Sameness is a claim and can be taken back.',
        'L’Espagne a inscrit un groupe à part ; l’Italie affirme que c’est celui de Zouara. L’identité est une assertion et peut être retirée.',
      ),
    ],
  },
  {
    title: { en: '5. Seventeen, at gunpoint', fr: '5. Dix-sept ans, sous la menace d’une arme' },
    steps: [
      step(
        'it-sco.paola',
        'actor show Mousse',
        'He steered, coerced, at seventeen. The protected state stands first; the platform takes no report that calls him a suspect.',
        'Il a tenu la barre, contraint, à dix-sept ans. L’état protégé vient en premier ; la plateforme n’accepte aucun rapport qui le dirait suspect.',
      ),
      nothing(
        step(
          'es-ucrif.carmen',
          'actor show Mousse',
          'Carmen in Madrid gets the answer that she would get if he had never been charted.',
          'Carmen, à Madrid, reçoit la réponse qu’elle aurait s’il n’avait jamais été inscrit.',
        ),
      ),
    ],
  },
  {
    title: { en: '6. 25 June 2017: lives at risk', fr: '6. Le 25 juin 2017 : des vies en danger' },
    steps: [
      step(
        'ne-dst-agadez.rabi',
        'incident list --from 2017-06-25 --to 2017-06-25',
        'Seventy-five people in three cars were left without water; twenty-four were found near Séguédine.',
        'Soixante-quinze personnes dans trois véhicules furent laissées sans eau ; vingt-quatre furent retrouvées près de Séguédine.',
      ),
      step(
        'ne-dst-agadez.rabi',
        'neighbourhood Stranding-25-Jun-2017 --depth 1',
        'Where it was, on which leg, and who is assessed to have had a part in it: by hearsay, and graded so.',
        'Où c’était, sur quelle étape, et qui, selon une appréciation, y eut part : par ouï-dire, et coté ainsi.',
      ),
      step(
        'it-sco.paola',
        'message inbox',
        'The life-at-risk message of Agadez is a type of its own, urgent, and went sealed to three offices at once.',
        'Le message d’Agadez « vie en danger » est un type à part, urgent, et partit scellé vers trois services à la fois.',
      ),
      step(
        'ne-dst-agadez.rabi',
        'message inbox',
        'Rome acknowledged it under the same case. “message open” with its number opens it on this machine: 09:21, nine minutes after 09:12. The times below are those of the load.',
        'Rome en accusa réception sous le même dossier. « message open » avec son numéro l’ouvre sur cette machine : 09 h 21, neuf minutes après 09 h 12. Les heures ci-dessous sont celles du chargement.',
      ),
    ],
  },
  {
    title: {
      en: 'And who are they? Identity cards',
      fr: 'Et qui sont-ils ? Les fiches d’identité',
    },
    steps: [
      step(
        'it-sco.paola',
        'card show Addax',
        'The chart knows code names only. Niger wrote a sealed card and named Rome in its release; Rome wrote one of its own. Both open here, on Paola’s machine: one telephone, two years of birth, each with its grading. The server read neither. All that they say is invented.',
        'La carte ne connaît que des noms de code. Le Niger a écrit une fiche scellée et nommé Rome dans sa diffusion ; Rome a écrit la sienne. Les deux s’ouvrent ici, sur le poste de Paola : un téléphone, deux années de naissance, chacune avec sa cotation. Le serveur n’a lu ni l’une ni l’autre. Tout ce qu’elles disent est inventé.',
      ),
      nothing(
        step(
          'es-ucrif.carmen',
          'card show Addax',
          'Carmen in Madrid has Addax on her chart, and no card of him names her office…',
          'Carmen, à Madrid, a Addax sur sa carte, et aucune fiche sur lui ne nomme son service…',
        ),
      ),
      nothing(
        step(
          'es-ucrif.carmen',
          'card show Mirage',
          '… so she gets the answer that she gets about Mirage, of whom nobody ever wrote a card.',
          '… elle reçoit donc la réponse qu’elle reçoit sur Mirage, sur qui personne n’a jamais écrit de fiche.',
        ),
      ),
      nothing(
        step(
          'ne-dst.salif',
          'card show Harmattan',
          'Niamey wrote this card, and its key lies on Salif’s machine too. The release excludes him: he is not given what that key would open.',
          'C’est Niamey qui a écrit cette fiche, et sa clé se trouve aussi sur le poste de Salif. La diffusion l’exclut : il ne reçoit pas ce que cette clé ouvrirait.',
        ),
      ),
      {
        ...step(
          'it-sco.paola',
          'card merge Addax Sirocco Erg Pickup-01 Encre',
          'What Paola may read of five entities becomes one package, made on her machine: contradictions stand side by side, and a telephone that two cards share is shown as a hint. “--out” says in which folder; the tour shows the text and deletes it.',
          'Ce que Paola peut lire sur cinq entités devient un seul dossier, constitué sur son poste : les contradictions figurent côte à côte, et un téléphone que deux fiches partagent est signalé comme un indice. « --out » dit dans quel répertoire ; la visite montre le texte et le supprime.',
        ),
        writes: 'cards.md',
      },
    ],
  },
  {
    title: { en: 'And who asked all this?', fr: 'Et qui a demandé tout cela ?' },
    steps: [
      step(
        'ne-audit.mariama',
        'audit search --office ne-dst --operation routeShow',
        'Mariama audits Niger’s offices: who looked at a route, when, and for which purpose. She opens these records on her own machine.',
        'Mariama contrôle les services du Niger : qui a regardé un itinéraire, quand et dans quel but. Elle ouvre ces enregistrements sur sa propre machine.',
      ),
      step(
        'it-audit.giulia',
        'audit search --person it-sco.paola --operation actorShow',
        'Giulia audits Italy’s: the actors that Paola has just been shown are there.',
        'Giulia contrôle ceux de l’Italie : les acteurs que Paola vient de voir y figurent.',
      ),
    ],
  },
]
