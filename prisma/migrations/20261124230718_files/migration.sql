CREATE TABLE `blob` (
    `sha256` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `storageKey` CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `size` BIGINT NOT NULL,
    `createdAt` DATETIME(3) NOT NULL,
    UNIQUE INDEX `blob_storage_key` (`storageKey`),
    PRIMARY KEY (`sha256`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `file` (
    `id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `ownerId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `sha256` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `thumbnailSha256` CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    `kind` VARCHAR(16) NOT NULL,
    `mimeType` VARCHAR(127) NOT NULL,
    `size` BIGINT NOT NULL,
    `name` VARCHAR(255) NOT NULL,
    `width` INTEGER NULL,
    `height` INTEGER NULL,
    `durationSeconds` DOUBLE NULL,
    `blur` VARCHAR(1000) NULL,
    `createdAt` DATETIME(3) NOT NULL,
    `unattachedSince` DATETIME(3) NULL,
    INDEX `file_owner` (`ownerId`, `size`),
    INDEX `file_unattached` (`unattachedSince`),
    INDEX `file_blob` (`sha256`),
    INDEX `file_thumbnail` (`thumbnailSha256`),
    PRIMARY KEY (`id`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `attachment` (
    `conversationId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `seq` INTEGER NOT NULL,
    `position` INTEGER NOT NULL,
    `fileId` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    INDEX `attachment_file` (`fileId`),
    PRIMARY KEY (`conversationId`, `seq`, `position`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE `stray_object` (
    `storageKey` CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    `since` DATETIME(3) NOT NULL,
    INDEX `stray_object_since` (`since`),
    PRIMARY KEY (`storageKey`)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

ALTER TABLE `file` ADD CONSTRAINT `file_owner_fk` FOREIGN KEY (`ownerId`) REFERENCES `user` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `file` ADD CONSTRAINT `file_blob_fk` FOREIGN KEY (`sha256`) REFERENCES `blob` (`sha256`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `file` ADD CONSTRAINT `file_thumbnail_fk` FOREIGN KEY (`thumbnailSha256`) REFERENCES `blob` (`sha256`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `attachment` ADD CONSTRAINT `attachment_message_fk` FOREIGN KEY (`conversationId`, `seq`) REFERENCES `message` (`conversationId`, `seq`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `attachment` ADD CONSTRAINT `attachment_file_fk` FOREIGN KEY (`fileId`) REFERENCES `file` (`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
