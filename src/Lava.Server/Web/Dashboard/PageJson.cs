using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Lava.Server.Web.Dashboard;

/// <summary>How pages write JSON; its serialiser is made at build time.</summary>
[JsonSerializable(typeof(JsonNode))]
internal sealed partial class PageJson : JsonSerializerContext;
