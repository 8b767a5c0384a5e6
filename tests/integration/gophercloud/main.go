// What Terraform's provider does through gophercloud, its library, for one server; each step is a line on stdout.
package main

import (
	"fmt"
	"os"

	"github.com/gophercloud/gophercloud"
	"github.com/gophercloud/gophercloud/openstack"
	"github.com/gophercloud/gophercloud/openstack/compute/v2/extensions/availabilityzones"
	"github.com/gophercloud/gophercloud/openstack/compute/v2/extensions/extendedstatus"
	"github.com/gophercloud/gophercloud/openstack/compute/v2/extensions/keypairs"
	"github.com/gophercloud/gophercloud/openstack/compute/v2/extensions/schedulerhints"
	"github.com/gophercloud/gophercloud/openstack/compute/v2/extensions/startstop"
	"github.com/gophercloud/gophercloud/openstack/compute/v2/flavors"
	"github.com/gophercloud/gophercloud/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/openstack/imageservice/v2/images"
	"github.com/gophercloud/gophercloud/openstack/networking/v2/networks"
	"github.com/gophercloud/gophercloud/openstack/networking/v2/ports"
	"github.com/gophercloud/gophercloud/openstack/networking/v2/extensions/security/groups"
)

func check(what string, err error) {
	if err != nil {
		fmt.Println("FAILED", what, err)
		os.Exit(1)
	}
	fmt.Println("ok", what)
}

func main() {
	options, err := openstack.AuthOptionsFromEnv()
	check("options", err)
	provider, err := openstack.AuthenticatedClient(options)
	check("authenticate", err)
	endpoint := gophercloud.EndpointOpts{Region: os.Getenv("OS_REGION_NAME")}
	compute, err := openstack.NewComputeV2(provider, endpoint)
	check("compute", err)
	network, err := openstack.NewNetworkV2(provider, endpoint)
	check("network", err)
	image, err := openstack.NewImageServiceV2(provider, endpoint)
	check("image", err)

	pages, err := images.List(image, images.ListOpts{Name: "lite-guest"}).AllPages()
	check("image list", err)
	found, err := images.ExtractImages(pages)
	check("image", err)
	pages, err = flavors.ListDetail(compute, flavors.ListOpts{}).AllPages()
	check("flavor list", err)
	sizes, err := flavors.ExtractFlavors(pages)
	check("flavors", err)
	pages, err = networks.List(network, networks.ListOpts{Name: "private"}).AllPages()
	check("network list", err)
	nets, err := networks.ExtractNetworks(pages)
	check("networks", err)

	group, err := groups.Create(network, groups.CreateOpts{Name: "tf", Description: "by terraform"}).Extract()
	check("security group", err)
	pair, err := keypairs.Create(compute, keypairs.CreateOpts{Name: "tf"}).Extract()
	check("keypair create "+pair.Fingerprint, err)
	port, err := ports.Create(network, ports.CreateOpts{NetworkID: nets[0].ID, Name: "tf", SecurityGroups: &[]string{group.ID}}).Extract()
	check("port create", err)

	var opts servers.CreateOptsBuilder = &servers.CreateOpts{Name: "tf", ImageRef: found[0].ID, FlavorRef: sizes[0].ID,
		Networks: []servers.Network{{Port: port.ID}}, UserData: []byte("#!/bin/sh\necho by terraform\n"),
		Metadata: map[string]string{"a": "b"}, ConfigDrive: gophercloud.Enabled, AvailabilityZone: "nova", SecurityGroups: []string{"tf"}}
	opts = keypairs.CreateOptsExt{CreateOptsBuilder: opts, KeyName: "tf"}
	opts = schedulerhints.CreateOptsExt{CreateOptsBuilder: opts, SchedulerHints: schedulerhints.SchedulerHints{}}
	server, err := servers.Create(compute, opts).Extract()
	check("server create", err)
	check("wait ACTIVE", servers.WaitForStatus(compute, server.ID, "ACTIVE", 120))
	var extended struct {
		servers.Server
		extendedstatus.ServerExtendedStatusExt
		availabilityzones.ServerAvailabilityZoneExt
	}
	check("server show", servers.Get(compute, server.ID).ExtractInto(&extended))
	fmt.Println(extended.Status, extended.PowerState, extended.AvailabilityZone, extended.Addresses, extended.SecurityGroups, extended.Image, extended.Flavor)
	_, err = servers.UpdateMetadata(compute, server.ID, servers.MetadataOpts{"c": "d"}).Extract()
	check("metadata", err)
	check("metadatum delete", servers.DeleteMetadatum(compute, server.ID, "a").ExtractErr())
	_, err = servers.Update(compute, server.ID, servers.UpdateOpts{Name: "tf2"}).Extract()
	check("rename", err)
	pages, err = servers.ListAddresses(compute, server.ID).AllPages()
	check("addresses", err)
	pages, err = servers.List(compute, servers.ListOpts{Name: "tf2"}).AllPages()
	check("server list", err)
	list, err := servers.ExtractServers(pages)
	check("servers", err)
	fmt.Println(len(list), list[0].AccessIPv4, list[0].HostID)
	check("stop", startstop.Stop(compute, server.ID).ExtractErr())
	check("wait SHUTOFF", servers.WaitForStatus(compute, server.ID, "SHUTOFF", 120))
	check("start", startstop.Start(compute, server.ID).ExtractErr())
	check("wait ACTIVE", servers.WaitForStatus(compute, server.ID, "ACTIVE", 120))
	check("delete", servers.Delete(compute, server.ID).ExtractErr())
	check("wait gone", gophercloud.WaitFor(60, func() (bool, error) {
		_, err := servers.Get(compute, server.ID).Extract()
		if _, gone := err.(gophercloud.ErrDefault404); gone {
			return true, nil
		}
		return false, err
	}))
	check("port delete", ports.Delete(network, port.ID).ExtractErr())
	check("keypair delete", keypairs.Delete(compute, "tf").ExtractErr())
	check("group delete", groups.Delete(network, group.ID).ExtractErr())
}
