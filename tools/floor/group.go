package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

type group struct{}

type sizes struct {
	CPU    types.String `tfsdk:"cpu"`
	Memory types.String `tfsdk:"memory"`
}

type device struct {
	Name  types.String `tfsdk:"name"`
	Count types.Int64  `tfsdk:"count"`
}

type model struct {
	ID           types.String `tfsdk:"id"`
	Name         types.String `tfsdk:"name"`
	Parent       types.String `tfsdk:"parent"`
	InstanceType types.String `tfsdk:"instance_type"`
	StorageClass types.String `tfsdk:"storage_class"`
	DiskSize     types.String `tfsdk:"disk_size"`
	MinReplicas  types.Int64  `tfsdk:"min_replicas"`
	MaxReplicas  types.Int64  `tfsdk:"max_replicas"`
	Protected    types.Bool   `tfsdk:"protected"`
	Roles        types.Set    `tfsdk:"roles"`
	Labels       types.Map    `tfsdk:"labels"`
	Sizes        *sizes       `tfsdk:"sizes"`
	Devices      []device     `tfsdk:"devices"`
	Ready        types.Bool   `tfsdk:"ready"`
	Status       types.String `tfsdk:"status"`
}

func (group) Metadata(_ context.Context, request resource.MetadataRequest, response *resource.MetadataResponse) {
	response.TypeName = request.ProviderTypeName + "_group"
}

func (group) Schema(_ context.Context, _ resource.SchemaRequest, response *resource.SchemaResponse) {
	stable := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	replaces := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	response.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"id":            schema.StringAttribute{Computed: true, PlanModifiers: stable},
		"name":          schema.StringAttribute{Required: true, PlanModifiers: replaces},
		"parent":        schema.StringAttribute{Optional: true, PlanModifiers: replaces},
		"instance_type": schema.StringAttribute{Optional: true},
		"storage_class": schema.StringAttribute{Optional: true, Computed: true, Default: stringdefault.StaticString("replicated")},
		"disk_size":     schema.StringAttribute{Optional: true, Computed: true, Default: stringdefault.StaticString("20Gi")},
		"min_replicas":  schema.Int64Attribute{Optional: true, Computed: true, Default: int64default.StaticInt64(0)},
		"max_replicas":  schema.Int64Attribute{Optional: true, Computed: true, Default: int64default.StaticInt64(10)},
		"protected":     schema.BoolAttribute{Optional: true, Computed: true, Default: booldefault.StaticBool(false)},
		"roles":         schema.SetAttribute{Optional: true, ElementType: types.StringType},
		"labels":        schema.MapAttribute{Optional: true, ElementType: types.StringType},
		"sizes": schema.SingleNestedAttribute{Optional: true, Attributes: map[string]schema.Attribute{
			"cpu":    schema.StringAttribute{Optional: true},
			"memory": schema.StringAttribute{Optional: true},
		}},
		"devices": schema.ListNestedAttribute{Optional: true, NestedObject: schema.NestedAttributeObject{
			Attributes: map[string]schema.Attribute{
				"name":  schema.StringAttribute{Required: true},
				"count": schema.Int64Attribute{Optional: true},
			},
		}},
		"ready":  schema.BoolAttribute{Computed: true, Default: booldefault.StaticBool(true)},
		"status": schema.StringAttribute{Computed: true, PlanModifiers: stable},
	}}
}

func (group) Create(ctx context.Context, request resource.CreateRequest, response *resource.CreateResponse) {
	keep(ctx, request.Plan, &response.State, &response.Diagnostics)
}

func (group) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (group) Update(ctx context.Context, request resource.UpdateRequest, response *resource.UpdateResponse) {
	keep(ctx, request.Plan, &response.State, &response.Diagnostics)
}

func (group) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

// Stores the plan, with what was computed.
func keep(ctx context.Context, plan tfsdk.Plan, state *tfsdk.State, diagnostics *diag.Diagnostics) {
	var planned model
	diagnostics.Append(plan.Get(ctx, &planned)...)
	if diagnostics.HasError() {
		return
	}
	planned.ID = planned.Name
	planned.Status = types.StringValue("ready")
	diagnostics.Append(state.Set(ctx, planned)...)
}
