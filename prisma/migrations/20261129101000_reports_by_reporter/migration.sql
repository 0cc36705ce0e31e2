-- Who reported what, for their export.
CREATE INDEX `report_reporter` ON `report`(`reporterId`, `id`);
