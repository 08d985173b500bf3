import type { Sample, Split } from '@gradalign/core';

/** What a clip's name says, by the naming rules of the data set it comes from. */
export interface ClipName extends Pick<Sample, 'species' | 'subject' | 'device' | 'session'> {
  /** The set's short name: `oulu`. */
  readonly set: string;
  /** Absent where the name does not say. */
  readonly live?: boolean;
}

/**
 * Reads the name of a clip that was split into frames: the data set's own name (`6_3_20_5`, `real_client001_android_SD_scene01`), which
 * preparations mostly kept, with or without a prefix (`oulu_train_live_6_3_20_1`).
 *
 * @param split of the clip: CASIA-FASD counts its people from 1 in each of its two releases, so 1 of train and 1 of test are different people
 * @param set the data set, where known: patterns of other sets are not tried (`1_1` is of CASIA-FASD, or unknown)
 */
export function readClipName(name: string, split: Split, set?: string): ClipName | undefined {
  const known = set === undefined ? [] : namings.filter(({ called }) => called.test(set));
  for (const { set: of, pattern, read } of known.length > 0 ? known : namings.filter(({ onlyThere }) => !onlyThere)) {
    const match = pattern.exec(name);
    const said =
      match &&
      read(
        match.slice(1).map((part) => part ?? ''),
        split,
      );
    if (said) return { set: of, ...said };
  }
  return undefined;
}

interface Naming {
  readonly set: string;
  /** Folder names in use for this set. */
  readonly called: RegExp;
  /** The pattern matches too much to be tried where the data set is unknown. */
  readonly onlyThere?: boolean;
  readonly pattern: RegExp;
  readonly read: (groups: readonly string[], split: Split) => Omit<ClipName, 'set'> | undefined;
}

const namings: readonly Naming[] = [
  {
    // MSU-MFSD: {real,attack}_client001_{android,laptop}_SD_[ipad_video_]scene01
    set: 'msu',
    called: /msu/i,
    pattern: /(real|attack)_(client\d{3})_(android|laptop)_SD_(?:(ipad_video|iphone_video|printed_photo)_)?(scene\d+)/i,
    read: ([kind = '', client = '', camera = '', instrument = '', scene = '']) => {
      const live = kind.toLowerCase() === 'real';
      const species = { ipad_video: 'replay/ipad', iphone_video: 'replay/iphone', printed_photo: 'print' }[instrument.toLowerCase()];
      return live === (species !== undefined) ? undefined : said(live, species, { subject: client, device: camera, session: scene });
    },
  },
  {
    // MSU-MFSD in SSDG's lists: a client's number first, then the rest of the name
    set: 'msu',
    called: /msu/i,
    onlyThere: true,
    pattern: /(?:^|\/)(\d{2})_([^/]*)$/,
    read: ([client = '', rest = '']) => {
      const species = /ipad/i.test(rest) ? 'replay/ipad' : /iphone/i.test(rest) ? 'replay/iphone' : /print/i.test(rest) ? 'print' : undefined;
      return { subject: `client${client.padStart(3, '0')}`, ...(species === undefined ? {} : { species }) };
    },
  },
  {
    // Replay-Attack: [fixed_|hand_]attack_print_client001_session01_highdef_photo_adverse
    set: 'replay',
    called: /replay|idiap|idaip/i,
    pattern: /attack_(print|mobile|highdef)_(client\d{3})_(session\d+)_(?:highdef|mobile)_(photo|video)_(controlled|adverse)/i,
    read: ([kind = '', client = '', session = '', sample = '', light = '']) => {
      const species = kind.toLowerCase() === 'print' ? 'print' : `replay/${kind}-${sample}`.toLowerCase();
      return said(false, species, { subject: client, device: 'webcam', session: `${session} ${light}` });
    },
  },
  {
    // Replay-Attack: client001_session01_webcam_authenticate_controlled_1
    set: 'replay',
    called: /replay|idiap|idaip/i,
    pattern: /(client\d{3})_(session\d+)_([a-z]+)_(?:authenticate|enroll)_(controlled|adverse)/i,
    read: ([client = '', session = '', camera = '', light = '']) => said(true, undefined, { subject: client, device: camera, session: `${session} ${light}` }),
  },
  {
    // WMCA: [date_]client_session_presenter_type_pai
    set: 'wmca',
    called: /wmca/i,
    pattern: /(?:^|[_/])(\d{3})_(\d{2})_(\d{3})_([0-4])_(\d{2})$/,
    read: ([client = '', session = '', , type = '']) => {
      const species = [undefined, 'other/disguise', 'mask', 'print', 'replay'][Number(type)];
      return said(type === '0', species, { subject: client, session });
    },
  },
  {
    // CASIA-SURF CeFA: race_id_device_session_pai
    set: 'cefa',
    called: /cefa/i,
    pattern: /(?:^|[_/])([1-3])_(\d{3})_([1-4])_([1-3])_([1-4])$/,
    read: ([race = '', id = '', device = '', session = '', pai = '']) => {
      const species = [undefined, 'print/cloth', 'print/picture', 'replay/screen'][Number(pai) - 1];
      return said(pai === '1', species, { subject: `${race}_${id}`, device, session });
    },
  },
  {
    // CASIA-SURF: CLKJ_AS0005 with real.rssdk or 01_e_s.rssdk
    set: 'surf',
    called: /surf/i,
    pattern: /(CLKJ_[A-Z]S\d{4})_(?:(real)|\d{2}_([a-z]+_[a-z]))\.rssdk/i,
    read: ([subject = '', real = '', cut = '']) => said(real !== '', `cut-print/${cut}`, { subject }),
  },
  {
    // OULU-NPU: phone_session_user_file
    set: 'oulu',
    called: /oulu/i,
    pattern: /(?:^|[_/])([1-6])_([1-3])_(\d{1,2})_([1-5])$/,
    read: ([phone = '', session = '', user = '', file = '']) => {
      const species = [undefined, 'print/1', 'print/2', 'replay/1', 'replay/2'][Number(file) - 1];
      return said(file === '1', species, { subject: user.padStart(2, '0'), device: `phone ${phone}`, session });
    },
  },
  {
    // CASIA-FASD: subject, then 1 to 8 (low and normal quality) or HR_1 to HR_4
    set: 'casia',
    called: /casia(?!.*surf)/i,
    pattern: /(?:^|(?<!\d)[_/])(\d{1,2})[_/](?:(HR)_|NM_)?([1-8])$/i,
    read: ([subject = '', high = '', take = ''], split) => {
      const kind = high === '' ? Math.ceil(Number(take) / 2) : Number(take);
      const species = [undefined, 'print/warped', 'cut-print', 'replay'][kind - 1];
      const quality = high === '' ? ['low', 'normal'][Number(take) % 2] : 'high';
      // 20 people in the release for training; those of the other, counted from 1 again, follow.
      const person = String(Number(subject) + (split === 'train' ? 0 : 20));
      return kind > 4 ? undefined : said(kind === 1, species, { subject: person, device: `${quality} quality` });
    },
  },
  {
    // SiW: subject-sensor-type-medium-session
    set: 'siw',
    called: /siw/i,
    pattern: /(?:^|[_/])(\d{3})-(\d)-([1-3])-(\d)-(\d)$/,
    read: ([subject = '', sensor = '', type = '', medium = '', session = '']) =>
      said(type === '1', `${type === '2' ? 'print' : 'replay'}/${medium}`, {
        subject,
        device: { 1: 'Canon EOS T6', 2: 'Logitech C920' }[sensor] ?? sensor,
        session,
      }),
  },
  {
    // CelebA-Spoof: subject_{live,spoof}_image; some images of its live folders are labeled as attacks, so that its name does not tell
    set: 'celeb',
    called: /celeb/i,
    pattern: /(?:^|[_/])(?:(\d+)_(?:live|spoof)_\d+|(?:live|spoof)_(\d+))$/i,
    read: ([subject = '', other = '']) => ({ subject: subject === '' ? other : subject }),
  },
];

function said(live: boolean, species: string | undefined, rest: Omit<ClipName, 'set' | 'live' | 'species'>): Omit<ClipName, 'set'> {
  return { live, ...(live || species === undefined ? {} : { species }), ...rest };
}
