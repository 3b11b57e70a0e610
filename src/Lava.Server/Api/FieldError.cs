namespace Lava.Server.Api;

/// <summary>A field and what it must be.</summary>
internal sealed record FieldError(string Field, string Message);
