"""Databases and caches: RDS, DocumentDB, ElastiCache."""

from tests.readback.table import Call, Kind, Read

_BY_DELETE = "is said when the instance is deleted"
_DROPPED = "moto drops it"
_OF_NODES = "its nodes tell it, and moto cannot be asked for them"
_MODIFY = "when the provider lets a later change happen"
_PASSWORD = "no question is answered with a password"
_GROUP_BACK = {
    "family": "DBParameterGroupFamily",
    "parameters.name": "ParameterName",
    "parameters.value": "ParameterValue",
}
_PARAMETER = {"parameters.name": "ParameterName", "parameters.value": "ParameterValue"}


def _enabled(switch: bool) -> str:
    return "enabled" if switch else "disabled"


def _subnet_group(service: str) -> Kind:
    """A subnet group, created by the same call for RDS and DocumentDB."""
    name = "answers.create_db_subnet_group.DBSubnetGroup.DBSubnetGroupName"
    at = {"description": "DBSubnetGroupDescription"}
    return Kind(
        calls=(Call(service, "create_db_subnet_group", at=at, named="DBSubnetGroupName"),),
        reads=(Read(service, "describe_db_subnet_groups", {"DBSubnetGroupName": "id"}, "DBSubnetGroups[0]"),),
        outputs={"id": name, "name": name},
        back={"description": "DBSubnetGroupDescription", "subnetIds": "Subnets[].SubnetIdentifier"},
    )


KINDS = {
    "aws:rds/parameterGroup:ParameterGroup": Kind(
        calls=(
            Call(
                "rds",
                "create_db_parameter_group",
                at={"family": "DBParameterGroupFamily"},
                named="DBParameterGroupName",
            ),
            Call("rds", "modify_db_parameter_group", ("parameters",), at=_PARAMETER, of={"DBParameterGroupName": "id"}),
        ),
        reads=(
            Read("rds", "describe_db_parameter_groups", {"DBParameterGroupName": "id"}, "DBParameterGroups[0]"),
            Read("rds", "describe_db_parameters", {"DBParameterGroupName": "id"}, "Parameters", under="parameters"),
        ),
        outputs={
            "id": "answers.create_db_parameter_group.DBParameterGroup.DBParameterGroupName",
            "name": "answers.create_db_parameter_group.DBParameterGroup.DBParameterGroupName",
        },
        back=_GROUP_BACK,
    ),
    "aws:rds/subnetGroup:SubnetGroup": _subnet_group("rds"),
    "aws:rds/instance:Instance": Kind(
        calls=(
            Call(
                "rds",
                "create_db_instance",
                at={
                    "identifier": "DBInstanceIdentifier",
                    "instanceClass": "DBInstanceClass",
                    "parameterGroupName": "DBParameterGroupName",
                    "username": "MasterUsername",
                    "password": "MasterUserPassword",
                    "performanceInsightsEnabled": "EnablePerformanceInsights",
                },
                named="DBInstanceIdentifier",
            ),
            Call(
                "rds",
                "delete_db_instance",
                ("skipFinalSnapshot", "deleteAutomatedBackups"),
                of={"DBInstanceIdentifier": "inputs.identifier"},
                sent=False,
            ),
        ),
        reads=(Read("rds", "describe_db_instances", {"DBInstanceIdentifier": "id"}, "DBInstances[0]"),),
        outputs={
            "id": "answers.create_db_instance.DBInstance.DBInstanceIdentifier",
            "arn": "answers.create_db_instance.DBInstance.DBInstanceArn",
        },
        back={
            "identifier": "DBInstanceIdentifier",
            "instanceClass": "DBInstanceClass",
            "parameterGroupName": "DBParameterGroups[0].DBParameterGroupName",
            "username": "MasterUsername",
            "vpcSecurityGroupIds": "VpcSecurityGroups[].VpcSecurityGroupId",
            "dbSubnetGroupName": "DBSubnetGroup.DBSubnetGroupName",
        },
        besides={
            "EnabledCloudwatchLogsExports || `[]`": [],
            "ReadReplicaDBInstanceIdentifiers || `[]`": [],
            "ReadReplicaSourceDBInstanceIdentifier": None,
            "DBInstanceAutomatedBackupsReplications || `[]`": [],
        },
        own={"applyImmediately": _MODIFY},
        unread={
            "password": _PASSWORD,
            "skipFinalSnapshot": _BY_DELETE,
            "deleteAutomatedBackups": _BY_DELETE,
            "performanceInsightsEnabled": _DROPPED,
        },
    ),
    "aws:docdb/clusterParameterGroup:ClusterParameterGroup": Kind(
        calls=(
            Call(
                "docdb",
                "create_db_cluster_parameter_group",
                at={"family": "DBParameterGroupFamily"},
                of={"Description": "'Managed by Pulumi'"},
                named="DBClusterParameterGroupName",
            ),
            Call(
                "docdb",
                "modify_db_cluster_parameter_group",
                ("parameters",),
                at=_PARAMETER,
                named="DBClusterParameterGroupName",
            ),
        ),
        reads=(
            Read(
                "docdb",
                "describe_db_cluster_parameter_groups",
                {"DBClusterParameterGroupName": "id"},
                "DBClusterParameterGroups[0]",
            ),
            Read(
                "docdb",
                "describe_db_cluster_parameters",
                {"DBClusterParameterGroupName": "id"},
                "Parameters",
                under="parameters",
            ),
        ),
        outputs={"id": "name", "name": "name"},
        back=_GROUP_BACK,
    ),
    "aws:docdb/subnetGroup:SubnetGroup": _subnet_group("docdb"),
    "aws:docdb/cluster:Cluster": Kind(
        calls=(
            Call(
                "docdb",
                "create_db_cluster",
                at={"masterPassword": "MasterUserPassword"},
                named="DBClusterIdentifier",
            ),
            Call("docdb", "delete_db_cluster", ("skipFinalSnapshot",), named="DBClusterIdentifier", sent=False),
        ),
        outputs={"id": "name"},
        own={"applyImmediately": _MODIFY},
        refused="its databases have no engine docdb",
    ),
    "aws:docdb/clusterInstance:ClusterInstance": Kind(
        calls=(
            Call(
                "docdb",
                "create_db_instance",
                at={
                    "clusterIdentifier": "DBClusterIdentifier",
                    "instanceClass": "DBInstanceClass",
                },
                of={"Engine": "'docdb'"},
                named="DBInstanceIdentifier",
            ),
        ),
        own={"applyImmediately": _MODIFY},
        refused="its databases have no engine docdb",
    ),
    "aws:elasticache/parameterGroup:ParameterGroup": Kind(
        calls=(
            Call(
                "elasticache",
                "create_cache_parameter_group",
                at={"family": "CacheParameterGroupFamily"},
                named="CacheParameterGroupName",
            ),
            Call(
                "elasticache",
                "modify_cache_parameter_group",
                ("parameters",),
                at={
                    "parameters": "ParameterNameValues",
                    "parameters.name": "ParameterName",
                    "parameters.value": "ParameterValue",
                },
                named="CacheParameterGroupName",
            ),
        ),
        refused="it has no parameter groups of caches",
    ),
    "aws:elasticache/subnetGroup:SubnetGroup": Kind(
        calls=(
            Call(
                "elasticache",
                "create_cache_subnet_group",
                at={"description": "CacheSubnetGroupDescription"},
                named="CacheSubnetGroupName",
            ),
        ),
        reads=(
            Read("elasticache", "describe_cache_subnet_groups", {"CacheSubnetGroupName": "id"}, "CacheSubnetGroups[0]"),
        ),
        outputs={
            "id": "answers.create_cache_subnet_group.CacheSubnetGroup.CacheSubnetGroupName",
            "name": "answers.create_cache_subnet_group.CacheSubnetGroup.CacheSubnetGroupName",
        },
        back={"description": "CacheSubnetGroupDescription", "subnetIds": "Subnets[].SubnetIdentifier"},
    ),
    "aws:elasticache/replicationGroup:ReplicationGroup": Kind(
        calls=(
            Call(
                "elasticache",
                "create_replication_group",
                at={
                    "description": "ReplicationGroupDescription",
                    "parameterGroupName": "CacheParameterGroupName",
                    "subnetGroupName": "CacheSubnetGroupName",
                    "nodeType": "CacheNodeType",
                },
            ),
        ),
        reads=(
            Read("elasticache", "describe_replication_groups", {"ReplicationGroupId": "id"}, "ReplicationGroups[0]"),
        ),
        outputs={"id": "answers.create_replication_group.ReplicationGroup.ReplicationGroupId"},
        back={
            "nodeType": "CacheNodeType",
            "numCacheClusters": "length(MemberClusters)",
            "automaticFailoverEnabled": "AutomaticFailover",
            "multiAzEnabled": "MultiAZ",
            "authToken": "AuthTokenEnabled",
            "port": "NodeGroups[0].PrimaryEndpoint.Port",
            "preferredCacheClusterAzs": "NodeGroups[].NodeGroupMembers[].PreferredAvailabilityZone",
        },
        held={"automaticFailoverEnabled": _enabled, "multiAzEnabled": _enabled, "authToken": bool},
        besides={
            "LogDeliveryConfigurations || `[]`": [],
            "GlobalReplicationGroupInfo.GlobalReplicationGroupId || `null`": None,
            "SnapshottingClusterId": None,
        },
        own={"applyImmediately": _MODIFY},
        unread={
            **dict.fromkeys(("parameterGroupName", "subnetGroupName", "securityGroupIds", "engineVersion"), _OF_NODES),
            **dict.fromkeys(("numCacheClusters", "preferredCacheClusterAzs"), "moto makes one node, whatever is asked"),
        },
    ),
}
