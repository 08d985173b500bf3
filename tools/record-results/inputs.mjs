// Miniature data sets that `npm run record:results` prepares. Written here and not by the tests' fixtures, so that an older checkout is given the same bytes.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** MSU-MFSD as released: clients 001 (test) and 003 (train), live and three attacks, with face boxes that move by a pixel a frame. */
export function writeMsuMfsd(root) {
  const clips = ['001', '003'].flatMap((client) => [
    `scene01/real/real_client${client}_android_SD_scene01.mp4`,
    `scene01/real/real_client${client}_laptop_SD_scene01.mov`,
    `scene01/attack/attack_client${client}_android_SD_ipad_video_scene01.mp4`,
    `scene01/attack/attack_client${client}_android_SD_printed_photo_scene01.mp4`,
    `scene01/attack/attack_client${client}_laptop_SD_iphone_video_scene01.mov`,
  ]);
  const faces = Array.from({ length: 12 }, (_, frame) => `${frame},${20 + frame},10,${44 + frame},40,${27 + frame},20,${37 + frame},20\n`).join('');
  for (const [i, clip] of clips.entries()) {
    video(join(root, clip), ['-f', 'lavfi', '-i', `testsrc2=size=64x48:rate=10:duration=1.2,hue=h=${36 * i}`]);
    write(root, clip.replace(/\.(mov|mp4)$/, '.face'), faces);
  }
  write(root, 'train_sub_list.txt', '03\n');
  write(root, 'test_sub_list.txt', '01\n');
}

/** CelebA-Spoof: six JPEG pictures with their box files and the lists of 44 numbers. `pictures` are files to take in turn. */
export function writeCelebaSpoof(root, pictures) {
  const images = {
    train: { 'Data/train/1/live/000184.jpg': [0, 0], 'Data/train/1/spoof/000185.jpg': [1, 1], 'Data/train/10/live/000403.jpg': [0, 0] },
    test: { 'Data/test/4930/live/548560.jpg': [0, 0], 'Data/test/4930/spoof/497050.jpg': [3, 1], 'Data/test/4930/spoof/497051.jpg': [7, 1] },
  };
  let next = 0;
  for (const [split, those] of Object.entries(images)) {
    for (const path of Object.keys(those)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      copyFileSync(pictures[next % pictures.length], join(root, path));
      write(root, path.replace('.jpg', '_BB.txt'), `${50 + next} 60 112 120 0.9994775\n`);
      next++;
    }
    const numbers = Object.entries(those).map(([path, [type, spoof]]) => [path, [...Array(40).fill(0), type, 0, 0, spoof]]);
    write(root, `metas/intra_test/${split}_label.json`, JSON.stringify(Object.fromEntries(numbers)));
  }
}

/** A user's own folder: a photograph with faces as live and as attack, and a clip without any face. */
export function writeOwnVideos(root, photograph) {
  const shown = (filter) => ['-loop', '1', '-i', photograph, '-t', '0.3', '-r', '10', '-vf', filter];
  video(join(root, 'train/live/anna é_1.mp4'), shown('scale=640:-2'));
  video(join(root, 'test/attack/print/bert_1.mp4'), shown('scale=480:-2,hue=s=0.5'));
  video(join(root, 'train/live/nobody_1.mp4'), ['-f', 'lavfi', '-i', 'testsrc=d=0.3:r=10:s=64x48']);
}

/** mpeg4 of one thread and without version marks: one build of ffmpeg writes the same bytes each time. */
function video(path, input) {
  mkdirSync(dirname(path), { recursive: true });
  const exact = ['-threads', '1', '-fflags', '+bitexact', '-flags:v', '+bitexact', '-map_metadata', '-1'];
  execFileSync('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...input, '-pix_fmt', 'yuv420p', '-c:v', 'mpeg4', '-q:v', '5', ...exact, path]);
}

function write(root, name, text) {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
}
