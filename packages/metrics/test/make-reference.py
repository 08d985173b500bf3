# Writes sklearn-reference.json beside this file: python make-reference.py (scikit-learn, numpy).
# Scores with many ties and three species; figures by scikit-learn where it has them, by definition otherwise.
import json, pathlib
import numpy as np, sklearn
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import accuracy_score, brier_score_loss, roc_auc_score, roc_curve

def d_eer(scores, labels):
    # Convex hull of the ROC by pool-adjacent-violators over the distinct scores (Brummer and de Villiers, BOSARIS), crossed with FPR = FNR.
    values = np.unique(scores)
    weight = np.array([(scores == v).sum() for v in values])
    share = np.array([labels[scores == v].mean() for v in values])
    posterior = IsotonicRegression().fit_transform(np.arange(len(values)), share, sample_weight=weight)
    m, n = labels.sum(), (1 - labels).sum()
    miss, accept = [0.0], [1.0]
    for p in np.unique(posterior):
        pool = np.isin(scores, values[posterior <= p])
        miss.append((pool & (labels == 1)).sum() / m)
        accept.append(1 - (pool & (labels == 0)).sum() / n)
    for (m0, a0), (m1, a1) in zip(zip(miss, accept), zip(miss[1:], accept[1:])):
        if m1 >= a1:
            t = (a0 - m0) / ((a0 - m0) + (m1 - a1))
            return m0 + t * (m1 - m0)

def case(seed, n, decimals, shift):
    r = np.random.default_rng(seed)
    labels = r.integers(0, 2, n)
    logits = np.round(r.normal(0, 1, n) + shift * labels, decimals) + 0.0
    species = [None if l else ["print", "replay", "mask"][k] for l, k in zip(labels, r.integers(0, 3, n))]
    probabilities = 1 / (1 + np.exp(-logits))
    fpr, tpr, thresholds = roc_curve(labels, logits, drop_intermediate=False)
    best = np.argmin(np.abs(tpr + fpr - 1))
    threshold = thresholds[best]
    live, names = logits[labels == 1], np.array([s or "" for s in species])
    apcer = lambda t: {s: float((logits[names == s] >= t).mean()) for s in sorted(set(names) - {""})}
    bpcer = lambda t: float((live < t).mean())
    values = np.unique(logits)
    at_apcer, at_bpcer = {}, {}
    for x in (0.01, 0.05, 0.1, 0.2):
        strict = [t for t in values if max(apcer(t).values()) <= x]
        at_apcer[str(x)] = bpcer(min(strict)) if strict else 1.0
        at_bpcer[str(x)] = max(apcer(max(t for t in values if bpcer(t) <= x)).values())
    return {
        "scores": logits.tolist(), "probabilities": probabilities.tolist(), "labels": labels.tolist(), "species": species,
        "auc": roc_auc_score(labels, logits),
        "roc": {"fpr": fpr.tolist(), "tpr": tpr.tolist(), "thresholds": thresholds[1:].tolist()},
        "eer": {"threshold": float(threshold), "far": float(fpr[best]), "frr": float(1 - tpr[best])},
        "tprAtFpr": {str(x): float(tpr[fpr <= x].max()) for x in (0.01, 0.05, 0.1, 0.2)},
        "apcer": apcer(threshold), "bpcer": bpcer(threshold), "bpcerAtApcer": at_apcer, "apcerAtBpcer": at_bpcer,
        "accuracy": accuracy_score(labels, logits >= threshold), "brier": brier_score_loss(labels, probabilities),
        "dEer": float(d_eer(logits, labels)),
    }

cases = [case(1, 80, 1, 1.5), case(2, 200, 0, 1.0), case(3, 120, 6, 2.5), case(4, 60, 1, -0.3)]
note = f"made by make-reference.py with scikit-learn {sklearn.__version__}; scores of cases 0, 1 and 3 are rounded, so that many are equal"
pathlib.Path(__file__).with_name("sklearn-reference.json").write_text(json.dumps({"note": note, "cases": cases}) + "\n")
