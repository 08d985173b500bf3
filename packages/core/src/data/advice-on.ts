import type { Dataset, Sample } from '../contracts/dataset.ts';

/** Images of a video from which on it may dwarf the others, and how many times the median of the others it has. */
const large = 20;
const dwarfing = 10;

/** Words with which cameras begin their file names, and dates. */
const cameraWord =
  /^(img|imag|pict?|pxl|win|vid|dsc[fn]?|mvi|mvimg|mov|cimg|gopr|gh|gx|dji|burst|pano|photo|picture|rec|recording|capture|cam|camera|webcam|rpreplay|fb|received|inshot|signal|telegram|snapchat|trim|lv)([- ]?\d.*)?$/i;
/** Programs that write whole sentences. */
const programWord = /^(whatsapp|screen ?shot|screen ?recording|snapshot|photo on|video on|vlc-record)\b/i;
const dateWord = /^(19|20)\d{2}[-.]?(0[1-9]|1[0-2])[-.]?(0[1-9]|[12]\d|3[01])([ t-].*|\d{4,9})?$/i;
/** Olympus and Panasonic number their files so; milliseconds since 1970. */
const numberWord = /^(p\d{7}|1\d{12})$/i;

/** Whether a part of a file's name is what a camera writes there, or a date: `IMG`, `PXL`, `WIN`, `20240305`. Neither is a person. */
export function isCameraOrDate(word: string): boolean {
  return cameraWord.test(word) || programWord.test(word) || dateWord.test(word) || numberWord.test(word);
}

/** What is unusual about a data set of two classes and often a mistake, one sentence each with the remedy: one class only, one huge video, cameras as subjects. */
export function adviceOn({ classes, samples }: Pick<Dataset, 'classes' | 'samples'>): string[] {
  if (classes.length !== 2 || samples.length === 0) return [];
  return [...oneClass(classes, samples), ...hugeVideo(classes, samples), ...camerasAsSubjects(samples)];
}

function oneClass(classes: readonly string[], samples: readonly Sample[]): string[] {
  const present = new Set(samples.map(({ label }) => label));
  if (present.size > 1) return [];
  const [only] = present as Set<number>;
  return [
    `all of it is ${classes[only as number]} (${samples.length} ${samples.length === 1 ? 'sample' : 'samples'}): error rates, thresholds and balanced batches need ${classes.join(' and ')}; add the other class, or check the labels (data inspect)`,
  ];
}

function hugeVideo(classes: readonly string[], samples: readonly Sample[]): string[] {
  const videos = new Map<string, { readonly label: number; frames: number }>();
  for (const { video, label } of samples) {
    if (video === undefined) continue;
    const known = videos.get(video);
    if (known) known.frames++;
    else videos.set(video, { label, frames: 1 });
  }
  const remedy = 'frames of different clips belong in one folder each, or column video of a manifest names their clips; otherwise they count as one';
  return classes.flatMap((name, label) => {
    const own = [...videos].filter(([, video]) => video.label === label).sort(([, a], [, b]) => b.frames - a.frames);
    const [first, ...rest] = own;
    if (!first || first[1].frames < large) return [];
    const others = [...videos].filter(([video]) => video !== first[0]).map(([, { frames }]) => frames);
    const median = others.sort((a, b) => a - b)[Math.floor(others.length / 2)] ?? 0;
    const alone = rest.length === 0 && samples.every((sample) => sample.label !== label || sample.video === first[0]);
    if (others.length > 0 && first[1].frames < dwarfing * Math.max(1, median)) return [];
    return [
      `${alone ? `all ${name} images are one video` : 'one video dwarfs the others'}, '${first[0]}' with ${first[1].frames} images${others.length > 0 ? ` (the median of the others is ${median})` : ''}: ${remedy}`,
    ];
  });
}

function camerasAsSubjects(samples: readonly Sample[]): string[] {
  const subjects = [...new Set(samples.flatMap(({ subject }) => subject ?? []))].filter((subject) =>
    isCameraOrDate(subject.slice(subject.lastIndexOf('/') + 1)),
  );
  if (subjects.length === 0) return [];
  const names = subjects.slice(0, 3).join(', ');
  return [
    `${subjects.length === 1 ? 'the subject' : `${subjects.length} subjects,`} ${names}${subjects.length > 3 ? ', ...' : ''} ${subjects.length === 1 ? 'looks' : 'look'} like a camera's prefix or a date, not a person: held-out shares would be cut by it; name people in column subject, or in option subject as a pattern`,
  ];
}
