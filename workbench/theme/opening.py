"""The panels of a theme, opened from the theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.theme.base import ThemeBase

if TYPE_CHECKING:
    from workbench.panels.boxes.panel import BoxPanel
    from workbench.panels.explore.panel import ExplorePanel
    from workbench.panels.label.panel import LabelPanel
    from workbench.panels.models.panel import ModelsPanel
    from workbench.panels.predictions.panel import PredictionPanel
    from workbench.panels.training.panel import TrainingPanel
    from workbench.theme.query import Samples


class ThemePanels(ThemeBase):
    """A theme whose panels can be opened."""

    def label_panel(
        self, *, samples: Samples | None = None, height: int = 640, annotator: str | None = None
    ) -> LabelPanel:
        """Open the label panel, on just some samples (20,000 at most) where they are given.

        >>> panel = theme.label_panel()
        """
        from workbench.panels.label.panel import LabelPanel

        about = "" if samples is None else samples.criteria.words()
        return LabelPanel(
            self.name,
            annotator=annotator or self.annotator,
            store=self.store,
            height=height,
            samples=None if samples is None else samples.ids,
            about=about,
            asked=None if samples is None else samples._asked,
        )

    def box_panel(self, *, height: int = 640) -> BoxPanel:
        """Open the panel in which boxes are drawn. Raises WorkbenchError for a theme without images.

        >>> cars = wb.create_theme("cars", labels=["car"], task="boxes")
        >>> cars.import_images("photos/red").added
        4
        >>> panel = cars.box_panel()
        """
        from workbench.panels.boxes.panel import BoxPanel

        return BoxPanel(self.name, annotator=self.annotator, store=self.store, height=height)

    def explore_panel(self, *, height: int = 720) -> ExplorePanel:
        """Open the panel that shows what preprocessing and augmentation make of the images.

        >>> panel = theme.explore_panel()
        """
        from workbench.panels.explore.panel import ExplorePanel

        return ExplorePanel(self.name, store=self.store, height=height)

    def training_panel(self, *, height: int = 480) -> TrainingPanel:
        """Open the panel that shows a training while it runs.

        >>> panel = theme.training_panel()
        """
        from workbench.panels.training.panel import TrainingPanel

        return TrainingPanel(self.name, store=self.store, height=height)

    def models_panel(self, *, height: int = 520) -> ModelsPanel:
        """Open the panel of model versions and their stages.

        >>> panel = theme.models_panel()
        """
        from workbench.panels.models.panel import ModelsPanel

        return ModelsPanel(self.name, annotator=self.annotator, store=self.store, height=height)

    def predictions_panel(self, model: str | int = "production", *, height: int = 640) -> PredictionPanel:
        """Open the panel in which the answers of a model are looked through and corrected.

        Raises NotFoundError for a model that there is not, WorkbenchError for one that has predicted no sample.

        >>> _ = wb.predict("cells", model=1, source="test", num_workers=0)
        >>> panel = theme.predictions_panel(1)
        """
        from workbench.panels.predictions.panel import PredictionPanel

        return PredictionPanel(self.name, model, annotator=self.annotator, store=self.store, height=height)
