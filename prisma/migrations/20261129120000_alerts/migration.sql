ALTER TABLE `user`
    ADD COLUMN `notifyTelegram` VARCHAR(16) NOT NULL DEFAULT 'mentions',
    ADD COLUMN `notifyEmail` VARCHAR(16) NOT NULL DEFAULT 'mentions',
    ADD COLUMN `notifyPreview` BOOLEAN NOT NULL DEFAULT true,
    ADD COLUMN `quietFrom` CHAR(5) CHARACTER SET ascii COLLATE ascii_bin NULL,
    ADD COLUMN `quietTo` CHAR(5) CHARACTER SET ascii COLLATE ascii_bin NULL,
    ADD COLUMN `quietZone` VARCHAR(64) NULL,
    ADD COLUMN `hearsAll` BOOLEAN NOT NULL DEFAULT false,
    ADD INDEX `user_hears_all` (`hearsAll`);

CREATE TABLE `alert` (
    `userId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `conversationId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `via` VARCHAR(16) NOT NULL,
    `firstSeq` INTEGER NOT NULL,
    `lastSeq` INTEGER NOT NULL,
    `dueAt` DATETIME(3) NOT NULL,
    `bundleId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
    INDEX `alert_due` (`dueAt`),
    INDEX `alert_bundle` (`bundleId`),
    PRIMARY KEY (`userId`, `conversationId`, `via`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `alert_progress` (
    `conversationId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `alertedSeq` INTEGER NOT NULL,
    PRIMARY KEY (`conversationId`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What was said until now is not told.
INSERT INTO `alert_progress` (`conversationId`, `alertedSeq`) SELECT `id`, `lastSeq` FROM `conversation`;
