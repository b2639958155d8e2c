"""The queue: MSK."""

from tests.readback.table import Call, Kind, Read

_AT_REST = "encryptionInfo.encryptionAtRestKmsKeyArn"
KINDS = {
    "aws:msk/configuration:Configuration": Kind(
        calls=(Call("kafka", "create_configuration"),),
        outputs={"revision": "`1`"},
        refused="it has no configurations",
    ),
    "aws:msk/cluster:Cluster": Kind(
        calls=(Call("kafka", "create_cluster", at={_AT_REST: "EncryptionAtRest.DataVolumeKMSKeyId"}),),
        reads=(Read("kafka", "describe_cluster", {"ClusterArn": "id"}, "ClusterInfo"),),
        outputs={"id": "answers.create_cluster.ClusterArn", "arn": "answers.create_cluster.ClusterArn"},
        back={
            _AT_REST: "EncryptionAtRest.DataVolumeKMSKeyId",
            "configurationInfo": "CurrentBrokerSoftwareInfo",
            "configurationInfo.arn": "ConfigurationArn",
            "configurationInfo.revision": "ConfigurationRevision",
            "kafkaVersion": "CurrentBrokerSoftwareInfo.KafkaVersion",
        },
    ),
    "aws:msk/topic:Topic": Kind(
        calls=(Call("kafka", "create_topic", at={"name": "TopicName"}),),
        refused="it has no topics",
    ),
}
