using System.Text.Json.Serialization;

namespace Lava.Server.Api;

/// <summary>An error as a caller sees it.</summary>
internal sealed record ErrorView(
    string Code,
    string Message,
    int Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<FieldError>? Details);
