ALTER TABLE `user`
    ADD COLUMN `avatarKey` CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
    ADD COLUMN `readReceipts` BOOLEAN NOT NULL DEFAULT true,
    ADD COLUMN `typing` BOOLEAN NOT NULL DEFAULT true,
    ADD COLUMN `lastSeen` VARCHAR(16) NOT NULL DEFAULT 'everyone';

ALTER TABLE `one_time_code`
    ADD COLUMN `subject` VARCHAR(254) NULL;

ALTER TABLE `membership`
    ADD COLUMN `lastReadSeq` INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN `lastDeliveredSeq` INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN `notify` VARCHAR(16) NOT NULL DEFAULT 'all',
    ADD COLUMN `mutedUntil` DATETIME(3) NULL,
    ADD COLUMN `pinned` BOOLEAN NOT NULL DEFAULT false,
    ADD COLUMN `archived` BOOLEAN NOT NULL DEFAULT false,
    ADD COLUMN `clearedUptoSeq` INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN `removedUptoSeq` INTEGER NULL;

CREATE TABLE `user_activity` (
    `userId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `lastSeenAt` DATETIME(3) NOT NULL,
    PRIMARY KEY (`userId`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `block` (
    `blockerId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `blockedId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `createdAt` DATETIME(3) NOT NULL,
    INDEX `block_blocked` (`blockedId`),
    PRIMARY KEY (`blockerId`, `blockedId`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `user_activity` ADD CONSTRAINT `user_activity_user_fk` FOREIGN KEY (`userId`) REFERENCES `user` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `block` ADD CONSTRAINT `block_blocker_fk` FOREIGN KEY (`blockerId`) REFERENCES `user` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `block` ADD CONSTRAINT `block_blocked_fk` FOREIGN KEY (`blockedId`) REFERENCES `user` (`id`) ON DELETE CASCADE ON UPDATE CASCADE;
