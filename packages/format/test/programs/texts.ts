/** Numbers from 0 up to 1 that are the same for the same seed (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export interface Chance {
  /** A whole number from 0, below `limit`. */
  readonly below: (limit: number) => number
  readonly pick: <T>(list: readonly T[]) => T
  readonly shuffled: <T>(list: readonly T[]) => T[]
  readonly isLikely: (probability: number) => boolean
}

export function createChance(seed: number): Chance {
  const random = createRandom(seed)
  const below = (limit: number) => Math.floor(random() * limit)
  return {
    below,
    pick: (list) => list[below(list.length)] as (typeof list)[number],
    isLikely: (probability) => random() < probability,
    shuffled: (list) => {
      const rest = [...list]
      for (let at = rest.length - 1; at > 0; at--) {
        const other = below(at + 1)
        ;[rest[at], rest[other]] = [rest[other] as never, rest[at] as never]
      }
      return rest
    },
  }
}

const words = (text: string) => text.split(/\s+/)

interface Lexicon {
  /** Between words, and between sentences. */
  readonly join: string
  readonly stop: string
  readonly filler: readonly string[]
  readonly stems: readonly string[]
}

const LANGUAGES: Readonly<Record<'en' | 'fr' | 'ja', Lexicon>> = {
  en: {
    join: ' ',
    stop: '.',
    filler: words('the a of and in for with which was were has then also very often'),
    stems: words(
      `river bridge violin harvest lantern glacier orchard tunnel printer satellite bakery museum ferry quarry tailor
      meadow volcano compass ledger furnace reservoir locomotive carpenter telescope vineyard parliament granite
      hospital aqueduct windmill barometer chapel dockyard embassy foundry garrison hostel island junction kiln`,
    ),
  },
  fr: {
    join: ' ',
    stop: '.',
    filler: words('le la les de du et en pour avec qui était ont puis aussi très'),
    stems: words(
      `rivière château violon récolte lanterne glacier verger tunnel imprimerie boulangerie musée traversier carrière
      tailleur prairie volcan boussole registre fourneau réservoir locomotive charpentier télescope vignoble granit
      hôpital aqueduc moulin baromètre chapelle ambassade fonderie garnison auberge forêt jardin marché théâtre`,
    ),
  },
  ja: {
    join: '',
    stop: '。',
    filler: words('は が を に で と の から まで'),
    stems: words(
      `河川 橋梁 提灯 氷河 果樹園 印刷機 衛星 製パン所 博物館 連絡船 採石場 草原 火山 羅針盤 帳簿 溶鉱炉 貯水池 機関車 大工
      望遠鏡 葡萄畑 議会 花崗岩 病院 水道橋 風車 気圧計 礼拝堂 造船所 大使館 鋳物工場 駐屯地 宿舎 島嶼 交差点 窯元`,
    ),
  },
}

export type Language = keyof typeof LANGUAGES
export const LANGUAGE_NAMES = Object.keys(LANGUAGES) as Language[]

const SYLLABLES = words('ma tor vel qui ras nop del sur fen bok lim gar pes tud wex jol')

export interface Writer {
  sentence(length: number): string
  text(sentences: number): string
}

/** Makes texts about one subject: words of its own among those that all texts of the language have. */
export function createWriter({ below, pick, isLikely }: Chance, language: Language): Writer {
  const { join, stop, filler, stems } = LANGUAGES[language]
  const own = Array.from({ length: 12 }, () => pick(stems))
  const rare = () =>
    language === 'ja'
      ? String.fromCodePoint(0x4e00 + below(5000), 0x4e00 + below(5000))
      : Array.from({ length: 2 + below(3) }, () => pick(SYLLABLES)).join('')

  function sentence(length: number): string {
    const parts = Array.from({ length }, (_, at) => {
      if (at % 2 === 1 && isLikely(0.7)) return pick(filler)
      return isLikely(0.5) ? pick(own) : rare()
    })
    const text = parts.join(join)
    return `${text.charAt(0).toUpperCase()}${text.slice(1)}${stop}`
  }

  return {
    sentence,
    text(sentences: number): string {
      return Array.from({ length: sentences }, () => sentence(5 + below(9))).join(join)
    },
  }
}

/** The same text with two letters of one word swapped; `undefined` where no word is long enough. */
export function withTypo(text: string, { pick, below }: Chance): string | undefined {
  const found = pick([...text.matchAll(/\p{Ll}{6,}/gu), undefined].slice(0, -1))
  if (found === undefined) return undefined
  const at = found.index + 1 + below(found[0].length - 3)
  const swapped = `${text.slice(0, at)}${text[at + 1]}${text[at]}${text.slice(at + 2)}`
  return swapped === text ? `${text.slice(0, at)}${text.slice(at + 1)}` : swapped
}
