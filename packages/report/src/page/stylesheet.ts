import { colorDeclarations } from '../plots/palette.ts';

/** Of the page: light and dark by the reader's setting, one column on a phone, light on paper. No font is loaded. */
export function stylesheet(): string {
  return `:root{${colorDeclarations('light')}--line:#dfe3e8;--soft:#eef1f4;--link:#00548a;--shadow:0 1px 2px rgb(20 30 40/.06),0 4px 16px rgb(20 30 40/.05);color-scheme:light dark}
@media screen and (prefers-color-scheme:dark){:root{${colorDeclarations('dark')}--line:#2b323e;--soft:#222834;--link:#8ecbff;--shadow:none}}
${rules}`;
}

const rules = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-top:3.2rem}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;overflow-wrap:anywhere}
.wide{max-width:1180px;margin:0 auto;padding:0 24px}
.skip{position:absolute;left:-999px}
.skip:focus{left:12px;top:12px;background:var(--card);padding:8px 12px;z-index:3}
.visually-hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--series-1);outline-offset:2px;border-radius:4px}
.top{background:var(--card);padding:34px 0 22px}
.brand{margin:0 0 6px;font-size:.8rem;font-weight:650;letter-spacing:.09em;text-transform:uppercase;color:var(--muted)}
h1{margin:0;font-size:clamp(1.5rem,4vw,2.15rem);line-height:1.2;letter-spacing:-.015em}
.subtitle{margin:8px 0 0;color:var(--muted)}
nav{background:var(--card);border-bottom:1px solid var(--line);position:sticky;top:0;z-index:2}
nav ul{display:flex;flex-wrap:nowrap;gap:4px;list-style:none;margin:0 -10px;padding:0 0 8px;overflow-x:auto;scrollbar-width:thin}
nav a{display:block;padding:4px 10px;border-radius:7px;color:var(--ink);text-decoration:none;font-size:.9rem;white-space:nowrap}
nav a:hover{background:var(--soft)}
main.wide{padding-top:30px;padding-bottom:28px}
section{margin:52px 0 0}
h2{font-size:1.35rem;letter-spacing:-.01em;margin:0 0 14px}
h3{font-size:1rem;margin:0 0 10px}
p{margin:0 0 12px;max-width:74ch}
.lead{font-size:1.14rem;line-height:1.6}
.note,figcaption,.absent{color:var(--muted);font-size:.9rem}
.absent{background:var(--soft);border-radius:10px;padding:10px 14px;max-width:none}
.warning{border-left:4px solid var(--attack);background:var(--soft);border-radius:6px;padding:10px 14px;max-width:none}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(230px,1fr));gap:16px;margin:22px 0 14px;padding:0;list-style:none}
.tile{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:18px 20px 16px;box-shadow:var(--shadow)}
.tile .name{color:var(--muted);font-size:.92rem;margin:0}
.tile .value{font-size:2.3rem;line-height:1.2;font-weight:680;letter-spacing:-.03em;margin:2px 0;font-variant-numeric:tabular-nums}
.tile .unit{font-size:1.1rem;font-weight:500;letter-spacing:0}
.tile .detail{margin:0;font-size:.88rem;color:var(--muted)}
.tile svg{display:block;width:100%;height:14px;margin:8px 0 8px}
.gallery{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(400px,100%),1fr));gap:18px;align-items:start;margin:14px 0}
.plot{margin:0;background:var(--card);border:1px solid var(--line);border-radius:14px;padding:18px 18px 14px;box-shadow:var(--shadow);break-inside:avoid;min-width:0}
.plot svg{display:block;width:100%;max-width:500px;height:auto;margin:0 auto;color:var(--ink);font-variant-numeric:tabular-nums;overflow:visible}
figcaption{margin-top:10px}
.scroll{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:14px;box-shadow:var(--shadow);margin:14px 0;break-inside:avoid}
table{border-collapse:collapse;width:100%;font-size:.92rem;font-variant-numeric:tabular-nums}
caption{text-align:left;padding:14px 0 8px;font-weight:650}
caption span{position:sticky;left:0;display:inline-block;max-width:min(100%,calc(100vw - 32px));padding:0 18px}
th,td{padding:8px 18px;border-top:1px solid var(--line);text-align:left;vertical-align:top;font-weight:400}
thead th{color:var(--muted);font-size:.85rem;border-top:0;vertical-align:bottom;white-space:nowrap}
.numeric td,.numeric thead th:not(:first-child){text-align:right}
.numeric td{white-space:nowrap}
td small{color:var(--muted);font-size:.84em;display:inline-block;min-width:8.2em;margin-left:.6em}
.stacked td small{display:block;min-width:0;margin:0}
.numeric td.text,.numeric thead th.text{text-align:left;white-space:normal;min-width:7.5rem}
.scroll th[scope=row]{min-width:9rem}
.swatch{display:inline-block;width:.7em;height:.7em;border-radius:50%;margin-right:.45em}
.sheet{display:grid;grid-template-columns:repeat(auto-fill,minmax(118px,1fr));gap:14px;list-style:none;margin:14px 0;padding:0}
.sheet li{background:var(--card);border:1px solid var(--line);border-radius:12px;overflow:hidden;font-size:.8rem;break-inside:avoid}
.sheet img,.sheet .nothing{display:block;width:100%;aspect-ratio:1;object-fit:cover;background:var(--soft)}
.sheet .nothing{display:grid;place-items:center;color:var(--muted);text-align:center;padding:6px}
.sheet.pairs{grid-template-columns:repeat(auto-fill,minmax(236px,1fr))}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:2px}
.sheet p{margin:0;padding:7px 10px 9px;line-height:1.4}
.sheet .id{display:block;color:var(--muted);font-size:.72rem;line-height:1.35;margin-top:2px}
details{background:var(--card);border:1px solid var(--line);border-radius:12px;margin:12px 0;padding:0 18px}
summary{cursor:pointer;padding:12px 0;font-weight:600}
pre{overflow-x:auto;font:.82rem/1.5 ui-monospace,"SF Mono",Menlo,Consolas,monospace;margin:0 0 16px;overflow-wrap:normal}
code{font:.9em ui-monospace,"SF Mono",Menlo,Consolas,monospace}
footer.wide{padding-bottom:48px;color:var(--muted);font-size:.86rem}
@media (max-width:640px){td small{display:block;min-width:0;margin:0}.wide{padding:0 14px}.plot{padding:14px 10px 12px}.plot h3,figcaption{padding:0 4px}th,td{padding:7px 12px}section{margin-top:40px}.scroll th[scope=row]{min-width:7rem}}
@media print{body{background:#fff;font-size:11pt}.top,nav{position:static}nav,.skip{display:none}.wide{max-width:none;padding:0}.gallery{grid-template-columns:1fr 1fr}.tile,.plot,.scroll,details{box-shadow:none}.scroll{overflow:visible}details::details-content{content-visibility:visible;height:auto}h2,h3{break-after:avoid}figcaption a{display:none}}
`;
