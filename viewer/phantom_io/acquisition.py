"""How a phantom would have been exposed: values that a screening unit might have written."""

from __future__ import annotations

from dataclasses import dataclass

from models.exam import STANDARD_VIEWS, View, ViewPosition
from models.phantom.noise import generator
from models.phantom.plan import DENSITIES, ExamPlan

# Relative dose that denser breasts of one thickness need, BI-RADS a to d.
_DENSITY_FACTOR = (0.85, 1.0, 1.2, 1.45)
_TUBE_CURRENT_MA = 120
# Streams of chance, apart from those of the drawing and of the person.
_BREAST, _EXPOSURE = 21, 22


@dataclass(frozen=True, slots=True)
class Acquisition:
    """Exposure and compression of one view, each rounded as a unit states it.

    Attributes
    ----------
    thickness_mm, force_n : of the compressed breast, and on it.
    angle_degrees : of the tube from the vertical, towards the patient's left positive.
    relative_exposure : what reaches the detector (0018,1405).
    entrance_dose_mgy, organ_dose_mgy : to the skin, and mean glandular.
    """

    kvp: int
    thickness_mm: int
    force_n: int
    exposure_mas: int
    angle_degrees: int
    relative_exposure: int
    entrance_dose_mgy: float
    organ_dose_mgy: float
    tube_current_ma: int = _TUBE_CURRENT_MA

    @property
    def exposure_time_ms(self) -> int:
        """What the exposure takes at this tube current."""
        return round(1000 * self.exposure_mas / self.tube_current_ma)


def acquisition_of(plan: ExamPlan, view: View) -> Acquisition:
    """The acquisition of one view: the same for the same plan.

    Thick and dense breasts take more voltage and exposure, as automatic exposure control has it;
    oblique views are a little thicker, since they hold the pectoral muscle.
    """
    thickness = generator(plan.seed, _BREAST).uniform(38.0, 66.0)
    chance = generator(plan.seed, _EXPOSURE, plan.acquisition, STANDARD_VIEWS.index(view))
    is_oblique = view.position is ViewPosition.MLO
    thickness += chance.uniform(-2.0, 2.0) + 4.0 * is_oblique
    share = (thickness - 35.0) / 40.0
    factor = _DENSITY_FACTOR[DENSITIES.index(plan.density)]
    exposure = round(factor * (55.0 + 75.0 * share) * chance.uniform(0.96, 1.04))
    angle = round(chance.uniform(43.0, 50.0)) if is_oblique else 0
    return Acquisition(
        kvp=28 + round(3.0 * min(max(share, 0.0), 1.0)),
        thickness_mm=round(thickness),
        force_n=round(chance.uniform(85.0, 135.0)),
        exposure_mas=exposure,
        angle_degrees=angle if view.laterality.value == "R" else -angle,
        relative_exposure=round(chance.uniform(380.0, 460.0)),
        entrance_dose_mgy=round(0.052 * exposure, 2),
        organ_dose_mgy=round(0.0135 * exposure * (1.15 - 0.3 * share), 2),
    )
