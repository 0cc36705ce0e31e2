ALTER TABLE `user`
  ADD COLUMN `deletedAt` DATETIME(3) NULL,
  ADD COLUMN `erasure` VARCHAR(8) NULL,
  ADD INDEX `user_erasure` (`erasure`);
