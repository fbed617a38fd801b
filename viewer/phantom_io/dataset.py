"""A phantom view as a Digital Mammography X-Ray Image – For Presentation (PS3.3 A.27)."""

from __future__ import annotations

import datetime as dt

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import DigitalMammographyXRayImageStorageForPresentation

from models import __version__
from models.exam import STANDARD_VIEWS, View, ViewPosition
from models.phantom.detector import PIXEL_SPACING_MM
from models.phantom.exam import PhantomView
from models.phantom.plan import ExamPlan
from viewer.exam_io.dicom_phantom import PHANTOM_MANUFACTURER
from viewer.phantom_io.acquisition import acquisition_of
from viewer.phantom_io.encode import put_pixels
from viewer.phantom_io.study import PhantomStudy, uid_from_name

SYNTHETIC = "Synthetic phantom. It shows no person."

_IMPLEMENTATION = uid_from_name("Fourview")
# PS3.16 CID 4014 and CID 4031.
_VIEW_CODES = {
    ViewPosition.CC: ("399162004", "SCT", "cranio-caudal"),
    ViewPosition.MLO: ("399368009", "SCT", "medio-lateral oblique"),
}
_BREAST = ("76752008", "SCT", "Breast")
# PS3.3 C.7.6.1.1.1: where the rows and the columns of the stored image point.
_ORIENTATIONS = {
    "R-CC": ["P", "L"],
    "L-CC": ["A", "R"],
    "R-MLO": ["P", "FL"],
    "L-MLO": ["A", "FR"],
}
_FIRST_EXPOSURE = dt.time(10, 15)
_BETWEEN_EXPOSURES = dt.timedelta(seconds=75)
# Width of the window, as a part of the first one's.
_WINDOWS = {"NORMAL": 1.0, "HARDER": 0.75, "SOFTER": 1.35}
_DAYS_A_YEAR = 365.2425
_DGY_A_MGY = 0.01


def to_dataset(study: PhantomStudy, drawn: PhantomView, window: tuple[int, int]) -> Dataset:
    """Everything a unit would write of one view, with its file meta information.

    Parameters
    ----------
    drawn : 12-bit values, bright on dark, air 0, chest wall at the first column of a left breast
        and at the last of a right one.
    window : (centre, width) of the whole exam, as `window_of` measures it.
    """
    dataset = Dataset()
    when = _moment(study, drawn.view)
    _put_person_and_study(dataset, study)
    _put_series_and_equipment(dataset, study)
    _put_image(dataset, study, drawn.view, when)
    _put_view(dataset, drawn.view)
    _put_acquisition(dataset, study.plan, drawn.view)
    _put_detector(dataset, study.date, drawn.pixels.shape)
    _put_grey_values(dataset, study, window)
    put_pixels(dataset, drawn.pixels, study.syntax(drawn.view))
    dataset.file_meta = _file_meta(study, drawn.view)
    return dataset


def _moment(study: PhantomStudy, view: View) -> dt.datetime:
    start = dt.datetime.combine(study.date, _FIRST_EXPOSURE)
    return start + STANDARD_VIEWS.index(view) * _BETWEEN_EXPOSURES


def _put_person_and_study(dataset: Dataset, study: PhantomStudy) -> None:
    """Patient, General Study and Patient Study Modules: PS3.3 C.7.1.1, C.7.2.1 and C.7.2.2."""
    person = study.person
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.PatientName = person.name
    dataset.PatientID = person.patient_id
    dataset.PatientBirthDate = _date(person.born)
    dataset.PatientSex = "F"
    dataset.PatientAge = f"{int((study.date - person.born).days / _DAYS_A_YEAR):03d}Y"
    dataset.QualityControlSubject = "YES"
    dataset.PatientComments = SYNTHETIC
    dataset.StudyInstanceUID = study.study_uid
    dataset.StudyDate = _date(study.date)
    dataset.StudyTime = _time(_FIRST_EXPOSURE)
    dataset.ReferringPhysicianName = ""
    dataset.OperatorsName = "Fourview^Phantom"
    dataset.StudyID = f"{study.plan.seed}.{study.plan.acquisition}"[:16]
    dataset.AccessionNumber = f"P{str(study.study_uid)[-10:]}"
    dataset.StudyDescription = "Synthetic screening mammogram"


def _put_series_and_equipment(dataset: Dataset, study: PhantomStudy) -> None:
    """General, DX and Mammography Series, General Equipment: C.7.3.1, C.8.11.1, C.7.5.1."""
    dataset.Modality = "MG"
    dataset.PresentationIntentType = "FOR PRESENTATION"
    dataset.SeriesInstanceUID = study.uid("series")
    dataset.SeriesNumber = 1
    dataset.SeriesDate = dataset.StudyDate
    dataset.SeriesTime = dataset.StudyTime
    dataset.SeriesDescription = "Synthetic mammogram"
    dataset.BodyPartExamined = "BREAST"
    dataset.Manufacturer = PHANTOM_MANUFACTURER
    dataset.ManufacturerModelName = "Phantom"
    dataset.InstitutionName = "Fourview phantom"
    dataset.InstitutionAddress = "Nowhere: synthetic"
    dataset.StationName = "PHANTOM"
    dataset.DeviceSerialNumber = "0"
    dataset.SoftwareVersions = __version__


def _put_image(dataset: Dataset, study: PhantomStudy, view: View, when: dt.datetime) -> None:
    """General Image, Acquisition Context and SOP Common Modules: C.7.6.1, C.7.6.14, C.12.1."""
    dataset.SOPClassUID = DigitalMammographyXRayImageStorageForPresentation
    dataset.SOPInstanceUID = study.image_uid(view)
    dataset.ImageType = ["ORIGINAL", "PRIMARY", ""]
    dataset.InstanceNumber = STANDARD_VIEWS.index(view) + 1
    dataset.AcquisitionNumber = dataset.InstanceNumber
    for event in ("InstanceCreation", "Acquisition", "Content"):
        setattr(dataset, f"{event}Date", _date(when.date()))
        setattr(dataset, f"{event}Time", _time(when.time()))
    dataset.ImageComments = SYNTHETIC
    dataset.QualityControlImage = "YES"
    dataset.BurnedInAnnotation = "NO"
    dataset.LossyImageCompression = "00"
    dataset.IrradiationEventUID = study.uid("irradiation", view.name)
    dataset.AcquisitionContextSequence = []


def _put_view(dataset: Dataset, view: View) -> None:
    """DX Anatomy Imaged Module, and the view in Mammography Image: C.8.11.2, C.8.11.7."""
    dataset.ImageLaterality = view.laterality.value
    dataset.PatientOrientation = _ORIENTATIONS[view.name]
    dataset.ViewPosition = view.position.value
    dataset.AnatomicRegionSequence = [_code(*_BREAST)]
    code = _code(*_VIEW_CODES[view.position])
    code.ViewModifierCodeSequence = []
    dataset.ViewCodeSequence = [code]
    dataset.OrganExposed = "BREAST"
    dataset.BreastImplantPresent = "NO"
    dataset.PartialView = "NO"


def _put_acquisition(dataset: Dataset, plan: ExamPlan, view: View) -> None:
    """X-Ray Generation, Filtration, Grid and Acquisition Dose: C.8.7.2, C.8.7.9, C.8.7.11."""
    made = acquisition_of(plan, view)
    dataset.PositionerType = "MAMMOGRAPHIC"
    dataset.PositionerPrimaryAngle = str(made.angle_degrees)
    dataset.PositionerPrimaryAngleDirection = "CC"
    dataset.DistanceSourceToDetector = dataset.DistanceSourceToPatient = "700"
    dataset.EstimatedRadiographicMagnificationFactor = "1.0"
    dataset.BodyPartThickness = str(made.thickness_mm)
    dataset.CompressionForce = str(made.force_n)
    dataset.KVP = str(made.kvp)
    dataset.XRayTubeCurrent = made.tube_current_ma
    dataset.ExposureTime = made.exposure_time_ms
    dataset.Exposure = made.exposure_mas
    dataset.ExposureInuAs = 1000 * made.exposure_mas
    dataset.RelativeXRayExposure = made.relative_exposure
    dataset.ExposureControlMode = "AUTOMATIC"
    dataset.ExposureStatus = "NORMAL"
    dataset.FocalSpots = "0.3"
    dataset.AnodeTargetMaterial = "TUNGSTEN"
    dataset.FilterMaterial = "RHODIUM"
    dataset.FilterThicknessMinimum = dataset.FilterThicknessMaximum = "0.05"
    dataset.Grid = ["RECIPROCATING", "FOCUSED"]
    dataset.HalfValueLayer = "0.55"
    dataset.EntranceDoseInmGy = str(made.entrance_dose_mgy)
    dataset.OrganDose = f"{made.organ_dose_mgy * _DGY_A_MGY:.4f}"


def _put_detector(dataset: Dataset, date: dt.date, shape: tuple[int, ...]) -> None:
    """DX Detector Module: PS3.3 C.8.11.4."""
    rows, columns = shape
    dataset.DetectorType = "DIRECT"
    dataset.DetectorConfiguration = "AREA"
    dataset.DetectorID = "PHANTOM"
    dataset.DateOfLastDetectorCalibration = _date(date.replace(day=1))
    dataset.DetectorActiveShape = "RECTANGLE"
    dataset.DetectorElementPhysicalSize = [PIXEL_SPACING_MM, PIXEL_SPACING_MM]
    dataset.DetectorElementSpacing = [PIXEL_SPACING_MM, PIXEL_SPACING_MM]
    dataset.ImagerPixelSpacing = [PIXEL_SPACING_MM, PIXEL_SPACING_MM]
    dataset.FieldOfViewShape = "RECTANGLE"
    dataset.FieldOfViewDimensions = [
        round(rows * PIXEL_SPACING_MM),
        round(columns * PIXEL_SPACING_MM),
    ]
    dataset.FieldOfViewOrigin = ["0", "0"]
    dataset.FieldOfViewRotation = "0"
    dataset.FieldOfViewHorizontalFlip = "NO"


def _put_grey_values(dataset: Dataset, study: PhantomStudy, window: tuple[int, int]) -> None:
    """DX Image and VOI LUT Modules, padding of the air: C.8.11.3, C.11.2, C.7.5.1.1.2."""
    dataset.PixelIntensityRelationship = "LOG"
    dataset.PixelIntensityRelationshipSign = -1  # less radiation is brighter
    dataset.RescaleIntercept = "0"
    dataset.RescaleSlope = "1"
    dataset.RescaleType = "US"
    dataset.PresentationLUTShape = "IDENTITY"
    dataset.add_new("PixelPaddingValue", "US", 0)
    center, width = window
    dataset.WindowCenter = [str(center)] * len(_WINDOWS)
    dataset.WindowWidth = [str(round(width * part)) for part in _WINDOWS.values()]
    dataset.WindowCenterWidthExplanation = list(_WINDOWS)
    dataset.VOILUTFunction = study.voi_function.value


def _file_meta(study: PhantomStudy, view: View) -> FileMetaDataset:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = DigitalMammographyXRayImageStorageForPresentation
    meta.MediaStorageSOPInstanceUID = study.image_uid(view)
    meta.TransferSyntaxUID = study.syntax(view)
    meta.ImplementationClassUID = _IMPLEMENTATION
    meta.ImplementationVersionName = f"FOURVIEW {__version__}"[:16]
    return meta


def _code(value: str, scheme: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def _date(day: dt.date) -> str:
    return day.strftime("%Y%m%d")


def _time(moment: dt.time) -> str:
    return moment.strftime("%H%M%S")
