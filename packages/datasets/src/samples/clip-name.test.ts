import { expect, it } from 'vitest';
import { readClipName } from './clip-name.ts';

it.each([
  ['6_3_20_1', { set: 'oulu', live: true, subject: '20', device: 'phone 6', session: '3' }],
  ['oulu_train_live_1_1_01_5', { set: 'oulu', live: false, species: 'replay/2', subject: '01', device: 'phone 1', session: '1' }],
  ['1_NM_1', { set: 'casia', live: true, subject: '1', device: 'normal quality' }],
  ['12_4', { set: 'casia', live: false, species: 'print/warped', subject: '12', device: 'low quality' }],
  ['train_release/1/HR_3', { set: 'casia', live: false, species: 'cut-print', subject: '1', device: 'high quality' }],
  ['9_8', { set: 'casia', live: false, species: 'replay', subject: '9', device: 'low quality' }],
  [
    'client001_session01_webcam_authenticate_controlled_1',
    { set: 'replay', live: true, subject: 'client001', session: 'session01 controlled', device: 'webcam' },
  ],
  [
    'fixed_attack_print_client109_session01_highdef_photo_adverse',
    { set: 'replay', live: false, species: 'print', subject: 'client109', device: 'webcam', session: 'session01 adverse' },
  ],
  [
    'attack_mobile_client109_session01_mobile_video_adverse',
    { set: 'replay', live: false, species: 'replay/mobile-video', subject: 'client109', device: 'webcam', session: 'session01 adverse' },
  ],
  ['real_client002_android_SD_scene01', { set: 'msu', live: true, subject: 'client002', device: 'android', session: 'scene01' }],
  [
    'replay_test_spoof_attack_client001_laptop_SD_printed_photo_scene01',
    { set: 'msu', live: false, species: 'print', subject: 'client001', device: 'laptop', session: 'scene01' },
  ],
  ['31.01.18_514_01_035_1_05', { set: 'wmca', live: false, species: 'other/disguise', subject: '514', session: '01' }],
  ['3_499_3_2_2', { set: 'cefa', live: false, species: 'print/cloth', subject: '3_499', device: '3', session: '2' }],
  ['Training_fake_part_CLKJ_CS0110_06_enm_b.rssdk', { set: 'surf', live: false, species: 'cut-print/enm_b', subject: 'CLKJ_CS0110' }],
  ['003-2-3-2-1', { set: 'siw', live: false, species: 'replay/2', subject: '003', device: 'Logitech C920', session: '1' }],
  ['997_live_125049', { set: 'celeb', subject: '997' }],
])('%s is read by the naming of its own set', (name, said) => {
  expect(readClipName(name, 'train')).toEqual(said);
});

it.each(['holiday', 'video_07', '6_3_20_9', '1_9', 'attack_client001_laptop_SD_scene01', '2024-01-02', '02_android_SD_scene01'])('%s says nothing', (name) => {
  expect(readClipName(name, 'train')).toBeUndefined();
});

it('where the set is known, no other naming is tried', () => {
  expect(readClipName('6_3_20_1', 'train', 'CASIA_MFSD')).toBeUndefined();
  expect(readClipName('02_android_SD_ipad', 'test', 'msu')).toEqual({ set: 'msu', subject: 'client002', species: 'replay/ipad' });
  expect(readClipName('1_1', 'test', 'casia')?.subject).toBe('21');
  expect(readClipName('6_3_20_1', 'train', 'my faces')?.set).toBe('oulu');
});
