ALTER TABLE `user` ADD COLUMN `twoFactor` BOOLEAN NOT NULL DEFAULT false;

ALTER TABLE `conversation`
  ADD COLUMN `retentionDays` INTEGER NULL,
  ADD COLUMN `prunedUptoSeq` INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN `prunedVersion` INTEGER NOT NULL DEFAULT 0,
  ADD INDEX `conversation_retention` (`retentionDays`);

CREATE TABLE `second_factor` (
    `userId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `sealedSecret` VARCHAR(255) NOT NULL,
    `lastStep` INTEGER NOT NULL,
    `createdAt` DATETIME(3) NOT NULL,
    PRIMARY KEY (`userId`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `recovery_code` (
    `userId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `codeHash` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    PRIMARY KEY (`userId`, `codeHash`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `data_export` (
    `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `userId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `makingFor` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
    `status` VARCHAR(16) NOT NULL,
    `progress` INTEGER NOT NULL,
    `attempts` INTEGER NOT NULL,
    `size` BIGINT NULL,
    `leasedUntil` DATETIME(3) NULL,
    `createdAt` DATETIME(3) NOT NULL,
    `finishedAt` DATETIME(3) NULL,
    `expiresAt` DATETIME(3) NOT NULL,
    UNIQUE INDEX `data_export_making_key` (`makingFor`),
    INDEX `data_export_user` (`userId`),
    INDEX `data_export_expiry` (`expiresAt`),
    PRIMARY KEY (`id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `second_factor` ADD CONSTRAINT `second_factor_user_fk` FOREIGN KEY (`userId`) REFERENCES `user` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `recovery_code` ADD CONSTRAINT `recovery_code_factor_fk` FOREIGN KEY (`userId`) REFERENCES `second_factor` (`userId`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `data_export` ADD CONSTRAINT `data_export_user_fk` FOREIGN KEY (`userId`) REFERENCES `user` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
