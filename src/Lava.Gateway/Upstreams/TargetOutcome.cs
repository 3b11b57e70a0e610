namespace Lava.Gateway.Upstreams;

/// <summary>Whether a call may go where it wants to go.</summary>
public enum TargetOutcome : byte
{
    /// <summary>It may.</summary>
    Ok = 0,

    /// <summary>No <c>u</c> parameter, or an empty one.</summary>
    Missing,

    /// <summary>More than one <c>u</c> parameter: two readers could take different ones.</summary>
    Duplicate,

    /// <summary>Longer than <see cref="TargetParser.MaxLength"/>.</summary>
    TooLong,

    /// <summary>Not an absolute URL, or a percent sign without two hexadecimal digits.</summary>
    Malformed,

    /// <summary>A blank, a control character, a backslash, a character above ASCII ... raw or percent-encoded.</summary>
    ForbiddenCharacter,

    /// <summary>Another scheme than https.</summary>
    NotHttps,

    /// <summary>User name or password before the host.</summary>
    UserInfo,

    /// <summary>A fragment.</summary>
    Fragment,

    /// <summary>Another port than 443.</summary>
    Port,

    /// <summary>Not a host name.</summary>
    InvalidHost,

    /// <summary>An address in place of a name.</summary>
    IpAddress,

    /// <summary>No provider in the table has this host.</summary>
    UnknownHost,

    /// <summary>The path has a segment "." or "..", raw or percent-encoded.</summary>
    DotSegment,

    /// <summary>The provider's table has not this method and path, and they could cost money that nobody would count.</summary>
    NotMetered,

    /// <summary>A parameter of the target's query that decides the price or the job stands there twice.</summary>
    ParameterTwice,

    /// <summary>What stands after <c>/v1/forward/</c> is not a provider's name.</summary>
    InvalidRoute,
}
